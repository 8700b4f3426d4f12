#!/bin/bash
# A controller with one real node and twelve that do not answer.
set -u; . "$(dirname "$0")/common.sh"
R=$ROOT; mkdir -p $R/tmp/sl/{state,spool} $R/run/munge $R/var/log/munge; H=$(hostname -s)
chroot $R sh -c 'chown munge: /run/munge /var/log/munge; [ -f /etc/munge/munge.key ] || (dd if=/dev/urandom bs=1 count=1024 of=/etc/munge/munge.key 2>/dev/null; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key); su munge -s /bin/sh -c /usr/sbin/munged'
cat > $R/etc/slurm/slurm.conf <<C
ClusterName=c1
SlurmctldHost=$H(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=/tmp/sl/state
SlurmdSpoolDir=/tmp/sl/spool
SelectType=select/cons_tres
ReturnToService=2
MinJobAge=10
SlurmctldTimeout=10
SlurmdTimeout=20
NodeName=$H NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
NodeName=n[01-12] NodeAddr=127.0.0.9 CPUs=4 RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=60 State=UP
PartitionName=small Nodes=$H MaxTime=1 State=UP
C
timeout 75 chroot $R slurmctld -D -c -vvvv > $RAW/slurm.txt 2>&1 &
timeout 75 chroot $R slurmd -D -c -vvvv > $RAW/slurmd.txt 2>&1 &
sleep 4; cd $R/tmp
for i in 1 2 3; do chroot $ROOT sbatch -w $H -o /tmp/o$i --wrap "sleep $i; exit $((i-1))"; chroot $ROOT sbatch -N3 -o /tmp/oo$i --wrap "hostname"; done
timeout 8 chroot $ROOT srun -w $H -n1 hostname; timeout 8 chroot $ROOT srun -w $H -n2 false; timeout 3 chroot $ROOT srun -p small -w $H sleep 20
chroot $ROOT sinfo; chroot $ROOT squeue; chroot $ROOT scancel 2; chroot $ROOT scontrol update NodeName=n05 State=drain Reason=test; chroot $ROOT scontrol update NodeName=n[06-08] State=down Reason=test2; chroot $ROOT scontrol show job 1; chroot $ROOT scontrol hold 4;chroot $ROOT scontrol release 4; chroot $ROOT scontrol update PartitionName=small State=DOWN; chroot $ROOT sbatch -p small --wrap true; chroot $ROOT sbatch -N 40 --wrap true; chroot $ROOT scontrol create ReservationName=r1 StartTime=now Duration=1 Nodes=n01 Users=root; chroot $ROOT scontrol reconfigure; chroot $ROOT scancel 3 4 5 6; sleep 12; chroot $ROOT scontrol shutdown
chroot $ROOT sh -c 'kill $(cat /run/munge/munged.pid)'
