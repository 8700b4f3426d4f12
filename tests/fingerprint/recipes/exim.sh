#!/bin/bash
# A mail server that explains itself (-d+all).
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT; rm -rf $R/tmp/exspool; cat > $R/tmp/exim.conf <<C
spool_directory = /tmp/exspool
primary_hostname = mx.test.example
domainlist local_domains = test.example : @
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
acl_smtp_rcpt = a
acl_smtp_connect = c
daemon_smtp_ports = 15025
local_interfaces = 127.0.0.1
log_selector = +all
begin acl
c:
  accept
a:
  deny message = no bob
   local_parts = bob
  warn log_message = seen \$local_part
  accept domains = +local_domains
   verify = recipient
  deny message = relay not permitted
begin routers
l:
  driver = accept
  domains = +local_domains
  local_parts = tester : carl : broken
  transport = t
begin transports
t:
  driver = appendfile
  file = /tmp/mail-\$local_part/x
  user = nobody
begin retry
* * F,1h,1m
C
mkdir -p $R/tmp/mail-tester; chmod 777 $R/tmp/mail-tester; chroot $R sh -c 'chown root /tmp/exim.conf; chmod 644 /tmp/exim.conf'
timeout 30 chroot $R exim4 -C /tmp/exim.conf -bd -q10s -d+all > $RAW/exim.txt 2>&1 &
sleep 3; for u in tester bob carl eve broken "tester@other.org"; do python3 - "$u" <<'P'
import smtplib,sys
u=sys.argv[1]; u=u if "@" in u else u+"@test.example"
for f in ("a@b.example","","x@test.example"):
    try:
        s=smtplib.SMTP("127.0.0.1",15025,"client.example",timeout=5); s.sendmail(f,[u],"Subject: hi\r\n\r\nbody\r\n"*3); s.quit()
    except Exception as e: print(e)
P
done; printf 'FOO\r\nHELO\r\nMAIL FROM:<x\r\nRCPT TO:a\r\n' > /dev/tcp/127.0.0.1/15025; sleep 14
