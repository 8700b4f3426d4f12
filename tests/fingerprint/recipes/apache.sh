#!/bin/bash
# A web server that proxies, rewrites and refuses; ErrorLogFormat names file and line.
set -u; . "$(dirname "$0")/common.sh"; R=$ROOT
cat > $R/tmp/apache.conf <<'C'
ServerRoot /etc/apache2
ServerName test.example
PidFile /tmp/apache.pid
Listen 127.0.0.1:15080
Listen 127.0.0.1:15443
ErrorLog /tmp/apache.err
ErrorLogFormat "%F\t%M"
LogLevel trace6
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authn_file_module /usr/lib/apache2/modules/mod_authn_file.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_host_module /usr/lib/apache2/modules/mod_authz_host.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_basic_module /usr/lib/apache2/modules/mod_auth_basic.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule socache_shmcb_module /usr/lib/apache2/modules/mod_socache_shmcb.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule negotiation_module /usr/lib/apache2/modules/mod_negotiation.so
LoadModule cgid_module /usr/lib/apache2/modules/mod_cgid.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule deflate_module /usr/lib/apache2/modules/mod_deflate.so
TypesConfig /etc/mime.types
ScriptSock /tmp/cgisock
DocumentRoot /tmp/www
User nobody
Group nogroup
<Directory /tmp/www>
 Options -Indexes
 AllowOverride All
 Require all granted
</Directory>
<Location /priv>
 AuthType Basic
 AuthName x
 AuthUserFile /tmp/htp
 Require user alice
</Location>
<Location /deny>
 Require ip 10.0.0.1
</Location>
RewriteEngine on
RewriteRule ^/old/(.*) /new/$1 [R]
RewriteRule ^/int/(.*) /$1
ProxyPass /app http://127.0.0.1:15999/
ProxyPass /app2 http://nohost.invalid/
ScriptAlias /cgi /tmp/cgi
<VirtualHost 127.0.0.1:15443>
SSLEngine on
SSLCertificateFile /tmp/c.pem
SSLCertificateKeyFile /tmp/k.pem
</VirtualHost>
C
mkdir -p $R/tmp/www/dir $R/tmp/www/bad $R/tmp/cgi; echo hi > $R/tmp/www/a.html; echo "Nonsense" > $R/tmp/www/bad/.htaccess
printf '#!/bin/sh\necho oops >&2; exit 3\n' > $R/tmp/cgi/x; chmod -R a+rX $R/tmp/www $R/tmp/cgi; chmod +x $R/tmp/cgi/x
openssl req -x509 -newkey rsa:2048 -nodes -keyout $R/tmp/k.pem -out $R/tmp/c.pem -days 9 -subj /CN=test.example 2>/dev/null
chroot $R sh -c 'htpasswd -bc /tmp/htp alice pw; htpasswd -b /tmp/htp bob pw'
rm -f $R/tmp/apache.err; chroot $R apache2 -f /tmp/apache.conf -k start; sleep 1
get() { curl -sk -o /dev/null --path-as-is "$@"; }
for i in 1 2 3; do
  for u in a.html no$i.html dir/ bad/ priv/x deny/q$i old/z$i int/a.html app/q$i app2/ cgi/x cgi/none$i ../../etc/passwd%00 "%zz"; do get "http://127.0.0.1:15080/$u"; done
  for c in alice:pw alice:no bob:pw eve$i:x; do get -u $c http://127.0.0.1:15080/priv/f$i; done
  get https://127.0.0.1:15443/a.html; get http://127.0.0.1:15443/; get --tls-max 1.0 https://127.0.0.1:15443/
  printf 'FOO\r\n\r\n' > /dev/tcp/127.0.0.1/15080; printf 'GET / HTTP/1.1\r\n\r\n' > /dev/tcp/127.0.0.1/15080
done
chroot $R apache2 -f /tmp/apache.conf -k graceful; sleep 1; chroot $R apache2 -f /tmp/apache.conf -k stop; sleep 1
cp $R/tmp/apache.err $RAW/apache2.txt
