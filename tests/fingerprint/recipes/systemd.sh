#!/bin/bash
# systemd, its tools and udev, which name file and line.
set -u; . "$(dirname "$0")/common.sh"
export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_LOCATION=1 SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=0 SYSTEMD_COLORS=0
C="chroot $ROOT"
useradd -R $ROOT -m tester 2>/dev/null
( timeout 20 $C /lib/systemd/systemd --test --system --unit=multi-user.target
  timeout 20 $C systemd-analyze verify /lib/systemd/system/*.service /lib/systemd/system/*.timer /lib/systemd/system/*.socket
  timeout 10 $C systemd-tmpfiles --create --dry-run 2>&1 || timeout 10 $C systemd-tmpfiles --cat-config >/dev/null
  timeout 10 $C systemd-sysusers --root=/tmp/sysu
  for d in /sys/class/net/lo /sys/class/mem/null /sys/class/mem/zero /sys/class/block/vda /sys/class/tty/tty0 /sys/class/tty/ttyS0 ; do timeout 10 udevadm test $d; done
  timeout 10 $C systemd-detect-virt; timeout 5 $C systemd-hwdb update ; timeout 5 $C /lib/systemd/systemd-modules-load; timeout 5 $C systemctl list-units; timeout 5 $C systemd-id128 machine-id; timeout 5 $C journalctl --verify; timeout 5 $C loginctl ; timeout 5 $C /lib/systemd/systemd-sysctl --cat-config > /dev/null
  timeout 10 $C systemd-run --user true
) > $RAW/systemd.txt 2>&1
