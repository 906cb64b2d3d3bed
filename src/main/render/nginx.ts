/**
 * nginx configuration of one static site, for the official image run as its user nginx (101) on a read-only file system.
 * `gateway` is where the proxy's connections come from; only its word on the visitor's address is taken.
 */
export function renderNginx(gateway: string): string {
  return `# Written by Homeport.
worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;

events {
  worker_connections 1024;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  gzip on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types text/css text/plain text/xml application/javascript application/json application/manifest+json application/xml image/svg+xml;

  set_real_ip_from ${gateway};
  real_ip_header X-Forwarded-For;
  log_format homeport '$remote_addr "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  access_log /dev/stdout homeport;

  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  server {
    listen 8080;
    server_name _;
    root /srv/site/current;
    index index.html index.htm;
    absolute_redirect off;
    # The folder "current" is swapped by a rename: never remember what was in it.
    open_file_cache off;
    error_page 404 /404.html;

    location / {
      try_files $uri $uri/ =404;
    }
    # Hidden files (.git, .env) are never served, but what RFC 8615 puts in .well-known is.
    location ~ /\\.(?!well-known(/|$)) {
      return 404;
    }
  }
}
`
}
