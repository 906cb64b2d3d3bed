/**
 * nginx configuration of the one web server for all static sites, for the official image run as its user nginx (101) on a
 * read-only file system. `gateway` is where the proxy's connections come from; only its word on a visitor's address is taken.
 */
export function renderNginx(gateway: string): string {
  return `# Written by Homeport. Each site has a file of its own below sites/.
worker_processes 2;
pid /tmp/nginx.pid;
error_log stderr warn;
# A slow disk keeps one file waiting, and not the other sites.
thread_pool default threads=4;
# Downloads end in peace when a new configuration is loaded.
worker_shutdown_timeout 1h;
worker_rlimit_nofile 16384;

events {
  worker_connections 4096;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  server_tokens off;
  aio threads;
  sendfile on;
  tcp_nopush on;
  # The folder "current" is swapped by a rename: never remember what was in it.
  open_file_cache off;
  absolute_redirect off;
  gzip on;
  gzip_static on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types text/css text/plain text/xml application/javascript text/javascript application/json application/manifest+json application/wasm application/xml image/svg+xml;

  # A name of 253 characters fits, and 2,000 sites with all their names.
  server_names_hash_bucket_size 512;
  server_names_hash_max_size 65536;
  # What one site may take of the places for all.
  limit_conn_zone $server_name zone=site:2m;
  limit_conn_log_level warn;

  set_real_ip_from ${gateway};
  real_ip_header X-Forwarded-For;
  log_format homeport '$remote_addr "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  access_log off;

  # Names with a hash in them, as build tools make them: 8 or more hex digits, letters and digits mixed (webpack, Parcel), or 8
  # characters with capitals and a letter behind a digit (Vite, Astro, esbuild) where such tools put them. Ordinary words, dates and
  # sizes do not look like this; what is missed is asked for again, and that is all.
  map "$status $uri" $homeport_hashed {
    default 0;
    "~^(?:200|206|304) .*\\.html?$" 0;
    "~^(?:200|206|304) .*[._-](?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,64}(?:\\.(?:chunk|min|bundle|module))?\\.[A-Za-z0-9]{1,8}(?:\\.map)?$" 1;
    "~^(?:200|206|304) .*[._-](?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9][A-Za-z])[A-Za-z0-9]{8}\\.(?:js|mjs|css|wasm|woff2?)(?:\\.map)?$" 1;
    "~^(?:200|206|304) .*/(?:assets|_astro|immutable)/(?:.*/)?[^/]*[._-](?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9][A-Za-z])[A-Za-z0-9]{8}\\.[A-Za-z0-9]{1,8}$" 1;
  }
  # Everything else is asked for again each time, which costs little where it is unchanged: what is published is seen at once.
  map $homeport_hashed $homeport_cache {
    0 "no-cache";
    1 "public, max-age=31536000, immutable";
  }

  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  server {
    listen 8080 default_server;
    server_name _;
    return 404;
  }
  # Copies of the files below sites/, without those that nginx cannot read.
  include /tmp/sites/*.conf;
}
`
}
