#!/bin/bash
# CUPS, squid and dovecot on the loopback, each with traffic that succeeds and traffic that fails.
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT
# CUPS
mkdir -p $R/tmp/cups $R/run/cups; cat > $R/tmp/cups/cupsd.conf <<C
LogLevel debug2
MaxLogSize 0
Listen 127.0.0.1:16631
DefaultAuthType Basic
<Location />
 Order allow,deny
 Allow all
</Location>
<Location /admin>
 AuthType Basic
 Require user @SYSTEM
 Order allow,deny
</Location>
C
chroot $R sh -c 'for u in anna ben; do useradd -m -s /bin/bash $u; echo $u:pw | chpasswd; done' 2>/dev/null
timeout 25 chroot $R /usr/sbin/cupsd -f -c /tmp/cups/cupsd.conf -s /etc/cups/cups-files.conf > /dev/null 2>&1 &
sleep 3; cat > ipp.py <<'P'
import struct, http.client, base64
def attr(tag, name, value): return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value
def ipp(op, path, *attrs, data=b"", head=None):
    body = struct.pack(">BBHI", 1, 1, op, 7) + b"\1" + attr(0x47, "attributes-charset", b"utf-8") + attr(0x48, "attributes-natural-language", b"en") + b"".join(attrs) + b"\3" + data
    try:
        c = http.client.HTTPConnection("127.0.0.1", 16631, timeout=3); c.request("POST", path, body, {"Content-Type": "application/ipp", **(head or {})}); c.getresponse().read()
    except Exception: pass
for n, p in enumerate(("laser", "office", "lab")):
    uri = attr(0x45, "printer-uri", f"ipp://localhost:16631/printers/{p}".encode()); user = attr(0x42, "requesting-user-name", (b"alice", b"bob", b"carol")[n])
    good = {"Authorization": "Basic " + base64.b64encode(b"root:wrong").decode()}
    ipp(0x4003, "/admin/", uri, user, attr(0x45, "device-uri", b"socket://127.0.0.1:9100"), head=good)
    for op in (0x0002, 0x0004, 0x0008, 0x0009, 0x000A, 0x000B, 0x0010, 0x0011, 0x4001, 0x4002, 0x4005, 0x4008, 0x400B, 0x4009, 0x0016, 0x0018, 0x0019, 0x4004):
        ipp(op, f"/printers/{p}", uri, user, attr(0x42, "job-name", b"report"), attr(0x21, "job-id", struct.pack(">I", n)))
for path in ("/", "/admin", "/printers/", "/jobs", "/help/", "/nothing", "/printers/laser", "/classes/a", "/../etc", "/admin/log/error_log"):
    for verb in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        try:
            c = http.client.HTTPConnection("127.0.0.1", 16631, timeout=3); c.request(verb, path, headers={"Authorization": "Basic cm9vdDp4"} if verb == "PUT" else {}); c.getresponse().read()
        except Exception: pass
P
python3 ipp.py; sleep 1; cp $R/var/log/cups/error_log $RAW/cups.txt
# squid
cat > $R/tmp/squid.conf <<C
http_port 127.0.0.1:13128
http_access deny CONNECT
http_access allow all
debug_options ALL,1 5,3 11,3 17,3 20,3 28,2 33,3 44,3 47,3 48,3 50,3 54,3 55,2 61,3 65,3 78,3 88,3 90,3
cache_log /tmp/squid.log
access_log none
pid_filename /tmp/squid.pid
coredump_dir /tmp
cache_effective_user proxy
memory_cache_shared off
pinger_enable off
visible_hostname proxy
dns_nameservers 127.0.0.1
dns_timeout 2 seconds
connect_timeout 2 seconds
shutdown_lifetime 1 seconds
C
chmod 1777 $R/dev/shm; : > $R/tmp/squid.log; chmod 666 $R/tmp/squid.log; (cd $R/srv; exec timeout 40 python3 -m http.server 18081 --bind 127.0.0.1 > /dev/null 2>&1) &
timeout 40 chroot $R /usr/sbin/squid -N -f /tmp/squid.conf > /dev/null 2>&1 &
sleep 4; for i in 1 2 3; do for u in http://127.0.0.1:18081/ http://127.0.0.1:18081/none-$i http://127.0.0.1:1/ http://no$i.invalid/ bad://x; do curl -s -m 5 -x 127.0.0.1:13128 $u -o /dev/null; done; curl -s -m 4 -p -x 127.0.0.1:13128 https://127.0.0.1:18081/ -o /dev/null; printf 'garbage\r\n\r\n' > /dev/tcp/127.0.0.1/13128; curl -s -m 3 -X POST -d a=b -x 127.0.0.1:13128 http://127.0.0.1:18081/p; done
chroot $R /usr/sbin/squid -f /tmp/squid.conf -k reconfigure; sleep 2; chroot $R /usr/sbin/squid -f /tmp/squid.conf -k shutdown; sleep 3; cp $R/tmp/squid.log $RAW/squid.txt
# dovecot
cat > $R/tmp/dove.conf <<C
base_dir = /run/dove
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_debug = yes
auth_verbose = yes
auth_debug_passwords = no
mail_debug = yes
verbose_proctitle = no
log_path = /tmp/dove.log
mail_location = maildir:~/Maildir
log_debug = category=mail OR category=auth OR category=storage
passdb {
 driver = pam
}
userdb {
 driver = passwd
}
service imap-login {
 inet_listener imap {
  port = 10143
 }
}
C
: > $R/tmp/dove.log; chroot $R /usr/sbin/dovecot -c /tmp/dove.conf; sleep 3; cat > imap.py <<'P'
import imaplib
for n in range(3):
    for user, pw in (("anna", "pw"), ("ben", "pw"), ("ben", "no"), ("eve", "x")):
        try:
            i = imaplib.IMAP4("127.0.0.1", 10143, timeout=8); i.login(user, pw)
        except Exception: continue
        try:
            i.create("Archive"); i.create(f"Box{n}"); i.append("INBOX", "", None, b"Subject: a\r\n\r\nhello\r\n"); i.select(); i.search(None, "SUBJECT", "a"); i.fetch("1", "(RFC822)"); i.store("1", "+FLAGS", "\\Deleted")
            i.copy("1", "Archive"); i.expunge(); i.select("none"); i.rename("Archive", f"Old{n}"); i.delete("Old0"); i.status("INBOX", "(MESSAGES)"); i.list(); i.subscribe("INBOX"); i.logout()
        except Exception: pass
P
python3 imap.py; sleep 1; chroot $R doveadm -c /tmp/dove.conf reload; sleep 1; python3 imap.py; chroot $R doveadm -c /tmp/dove.conf stop; sleep 1; cp $R/tmp/dove.log $RAW/dovecot.txt
