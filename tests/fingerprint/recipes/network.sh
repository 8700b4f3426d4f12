#!/bin/bash
# redis with a replica, unbound, OpenVPN over the loopback.
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT
# redis
chroot $R sh -c 'mkdir -p /tmp/r1 /tmp/r2; cd /tmp/r1; redis-server --port 16379 --loglevel debug --logfile /tmp/r1/log --daemonize yes --save 2 1 --appendonly yes --maxclients 20; cd /tmp/r2; redis-server --port 16380 --loglevel debug --logfile /tmp/r2/log --daemonize yes --replicaof 127.0.0.1 16379 --save 3 1'
c="chroot $R redis-cli -p 16379"; c2="chroot $R redis-cli -p 16380"; sleep 2
for i in 1 2 3 4 5 6; do $c set k$i $i; $c lpush l$i a b; $c expire k$i 1; sleep 0.3; done; $c bgsave; sleep 2; $c bgrewriteaof; sleep 1; $c config set maxmemory 10mb; $c config set appendonly no; $c config set appendonly yes; $c client kill type normal; $c2 replicaof no one; $c2 config set save ""; sleep 1; $c2 replicaof 127.0.0.1 16379; sleep 2; $c2 replicaof 127.0.0.1 16999; sleep 4; $c2 replicaof 127.0.0.1 16379; sleep 2; printf 'POST / HTTP/1.1\r\nHost: x\r\n\r\n' > /dev/tcp/127.0.0.1/16379; $c debug sleep 0.2; $c flushall; $c eval 'redis.log(redis.LOG_WARNING, "x")' 0; $c acl setuser bob on '>p'; $c auth bob q; $c config set save "2 1"; $c set z 1; sleep 4; $c shutdown; sleep 3; chroot $R sh -c 'cd /tmp/r1; redis-server --port 16379 --loglevel debug --logfile /tmp/r1/log --daemonize yes --save 2 1 --appendonly yes'; sleep 4; $c shutdown nosave; $c2 shutdown
cat $R/tmp/r1/log $R/tmp/r2/log > $RAW/redis.txt
# unbound
cat > $R/tmp/unb.conf <<C
server:
 interface: 127.0.0.1@15353
 do-daemonize: no
 username: ""
 chroot: ""
 verbosity: 4
 use-syslog: no
 pidfile: /tmp/unb.pid
 log-queries: yes
 log-replies: yes
 local-zone: "lan." static
 local-data: "a.lan. A 10.1.1.1"
 do-not-query-localhost: no
 outbound-msg-retry: 2
forward-zone:
 name: "fwd.test."
 forward-addr: 127.0.0.1@15399
remote-control:
 control-enable: no
C
timeout 25 chroot $R unbound -d -c /tmp/unb.conf > $RAW/unbound.txt 2>&1 &
sleep 2; cat > dq.py <<'P'
import socket,struct,random,sys
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)
for n,t in [("a.lan",1),("b.lan",28),("www.fwd.test",1),("mail.fwd.test",15),("example.org",1),("example.org",28),("x.y.fwd.test",16),("4.3.2.1.in-addr.arpa",12)]:
    q=struct.pack(">HHHHHH",random.randrange(65536),256,1,0,0,0)+b"".join(bytes([len(l)])+l.encode() for l in n.split("."))+b"\0"+struct.pack(">HH",t,1)
    s.sendto(q,("127.0.0.1",int(sys.argv[1])))
s.sendto(b"garbage",("127.0.0.1",int(sys.argv[1])))
P
python3 dq.py 15353; sleep 6; python3 dq.py 15353
# openvpn
chroot $R openvpn --genkey secret /tmp/ta.key
openssl req -x509 -newkey rsa:2048 -nodes -keyout $R/tmp/ca.k -out $R/tmp/ca.c -days 9 -subj /CN=ca 2>/dev/null
for n in server alice bob; do openssl req -newkey rsa:2048 -nodes -keyout $R/tmp/$n.k -out $R/tmp/$n.r -subj /CN=$n 2>/dev/null; openssl x509 -req -in $R/tmp/$n.r -CA $R/tmp/ca.c -CAkey $R/tmp/ca.k -CAcreateserial -days 9 -out $R/tmp/$n.c 2>/dev/null; done
openssl dhparam -dsaparam -out $R/tmp/dh.pem 1024 2>/dev/null
timeout 60 chroot $R openvpn --dev null --mode server --tls-server --ca /tmp/ca.c --cert /tmp/server.c --key /tmp/server.k --dh none --lport 15194 --local 127.0.0.1 --verb 5 --tls-auth /tmp/ta.key 0 --keepalive 2 6 --push "route 10.0.0.0 255.0.0.0" --ifconfig 10.8.0.1 10.8.0.2 --ifconfig-noexec > $RAW/openvpn.txt 2>&1 &
sleep 1
for n in alice bob alice; do timeout 12 chroot $R openvpn --dev null --client --ifconfig-noexec --route-noexec --remote 127.0.0.1 15194 --nobind --ca /tmp/ca.c --cert /tmp/$n.c --key /tmp/$n.k --tls-auth /tmp/ta.key 1 --verb 5 >> $RAW/openvpnc.txt 2>&1; done
timeout 6 chroot $R openvpn --dev null --client --ifconfig-noexec --remote 127.0.0.1 15194 --nobind --ca /tmp/ca.c --cert /tmp/bob.c --key /tmp/bob.k --verb 5 >> $RAW/openvpnc.txt 2>&1
timeout 6 chroot $R openvpn --dev null --client --ifconfig-noexec --remote nohost.invalid 15194 --nobind --ca /tmp/c.pem --cert /tmp/bob.c --key /tmp/bob.k --tls-auth /tmp/ta.key 1 --verb 5 >> $RAW/openvpnc.txt 2>&1
R=$ROOT
# two static point-to-point instances and tls p2p pairs on the loopback
for n in alice bob; do
timeout 14 chroot $R openvpn --dev null --tls-server --ca /tmp/ca.c --cert /tmp/server.c --key /tmp/server.k --dh none --lport 15194 --local 127.0.0.1 --verb 4 --tls-auth /tmp/ta.key 0 --ping 2 --ping-restart 5 >> $RAW/openvpn.txt 2>&1 &
sleep 1
timeout 6 chroot $R openvpn --dev null --tls-client --remote 127.0.0.1 15194 --nobind --ca /tmp/ca.c --cert /tmp/$n.c --key /tmp/$n.k --tls-auth /tmp/ta.key 1 --verb 4 --ping 2 >> $RAW/openvpnc.txt 2>&1
timeout 6 chroot $R openvpn --dev null --tls-client --remote 127.0.0.1 15194 --nobind --ca /tmp/ca.c --cert /tmp/$n.c --key /tmp/$n.k --verb 4 >> $RAW/openvpnc.txt 2>&1
wait
done
