#!/bin/sh
# Stands in for the official image `nginx` ($1: a Debian trixie root).
# Same: uid and gid 101, /etc/nginx/nginx.conf with conf.d, /usr/share/nginx/html, port 80,
# curl, logs to the container's output, /docker-entrypoint.d/*.sh, SIGQUIT to stop, runs
# read-only as 101 with tmpfs that 101 may write on /var/cache/nginx and /run.
# Differs: Debian's build and version (1.26), none of upstream's own entry point scripts
# (no envsubst templates), no njs.
set -eu
root=$1
export DEBIAN_FRONTEND=noninteractive

groupadd --root "$root" --system --gid 101 nginx
useradd --root "$root" --system --uid 101 --gid nginx --home-dir /nonexistent --no-create-home --shell /bin/false nginx
chroot "$root" apt-get update
chroot "$root" apt-get install -y --no-install-recommends nginx curl ca-certificates

cp "$root/etc/nginx/mime.types" "$root/tmp/mime.types"
rm -rf "$root"/etc/nginx/* "$root"/var/lib/nginx "$root"/var/www
mv "$root/tmp/mime.types" "$root/etc/nginx/mime.types"
mkdir -p "$root/etc/nginx/conf.d" "$root/var/cache/nginx" "$root/usr/share/nginx/html" "$root/docker-entrypoint.d"
# Debian's build keeps its temporary files here, upstream's in /var/cache/nginx.
ln -s /var/cache/nginx "$root/var/lib/nginx"
chroot "$root" chown nginx:nginx /var/cache/nginx
ln -sf /dev/stdout "$root/var/log/nginx/access.log"
ln -sf /dev/stderr "$root/var/log/nginx/error.log"

cat > "$root/etc/nginx/nginx.conf" <<'END'
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
END
cat > "$root/etc/nginx/conf.d/default.conf" <<'END'
server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
END
echo '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>' > "$root/usr/share/nginx/html/index.html"

cat > "$root/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
if [ "$1" = "nginx" ] || [ "$1" = "nginx-debug" ]; then
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
fi
exec "$@"
END
chmod 755 "$root/docker-entrypoint.sh"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
