#!/bin/bash
# A file server and its clients; the debug header names file and line.
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT
rm -rf $R/tmp/smb; mkdir -p $R/tmp/smb/log; mkdir -p $R/tmp/smb/{share,locks,state,cache,priv,pid}; cat > $R/tmp/smb.conf <<C
[global]
 smb ports = 15445
 interfaces = 127.0.0.1/8
 bind interfaces only = yes
 lock directory=/tmp/smb/locks
 state directory=/tmp/smb/state
 cache directory=/tmp/smb/cache
 private dir=/tmp/smb/priv
 pid directory=/tmp/smb/pid
 map to guest = Bad User
 server role = standalone
 disable netbios = yes
[pub]
 path=/tmp/smb/share
 guest ok = yes
 read only = no
[gone]
 path=/tmp/smb/nothing
 guest ok = yes
C
chmod 777 $R/tmp/smb/share; for u in tester carl; do chroot $R useradd $u 2>/dev/null; printf 'pw\npw\n' | chroot $R smbpasswd -c /tmp/smb.conf -s -a $u; done
timeout 60 chroot $R smbd -F --no-process-group -s /tmp/smb.conf -d 5 -l /tmp/smb/log >/dev/null 2>&1 &
sleep 3
for u in tester%pw carl%pw tester%bad eve%x %; do for c in 'ls' 'mkdir d1; put /etc/passwd p1; get p1 /tmp/g; del p1; rmdir d1' 'get nofile'; do timeout 5 chroot $R smbclient -p 15445 //127.0.0.1/pub -U $u -c "$c" >/dev/null 2>&1; done; timeout 5 chroot $R smbclient -p 15445 //127.0.0.1/gone -U $u -c ls >/dev/null 2>&1;  timeout 5 chroot $R smbclient -p 15445 //127.0.0.1/nosuch -U $u -c ls >/dev/null 2>&1; timeout 5 chroot $R smbclient -p 15445 -L 127.0.0.1 -U $u >/dev/null 2>&1; done; sleep 1
cat $R/tmp/smb/log/* > $RAW/samba.txt
