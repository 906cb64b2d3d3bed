#!/bin/sh
# First program of a test server: gives systemd the surroundings that a virtual machine has.
# A container is started without CAP_SYS_RESOURCE (some kernels withhold it), hence not
# --privileged, hence these mounts by hand.
mount -o remount,rw /proc/sys
mount -o remount,rw /sys

# systemd 257 knows only the unified cgroup hierarchy; the host may still have the old one.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -o remount,rw /sys/fs/cgroup
elif [ -n "${TESTBED_LIMITS-}" ]; then
  # The new hierarchy has no controllers here: the old one has them, and systemd 257 still takes it where it is told to.
  umount /sys/fs/cgroup 2>/dev/null
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
  done
  mkdir /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
  export SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
  # Otherwise systemd begins to use blkio with the first unit that sets IOWeight=, and takes the containers that run by then out of
  # their cgroups of it, which no `docker exec` survives. (In the new hierarchy Docker has its cgroups from systemd.)
  mkdir -p /etc/systemd/system.conf.d
  printf '[Manager]\nDefaultIOAccounting=yes\n' >/etc/systemd/system.conf.d/testbed.conf
  set -- systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1
else
  umount /sys/fs/cgroup 2>/dev/null
  mount -t cgroup2 none /sys/fs/cgroup
fi
mount --make-rshared /

# Docker writes its own resolv.conf at every start (a mounted file: it can only be overwritten).
[ -e /etc/testbed/resolv.conf ] && cat /etc/testbed/resolv.conf > /etc/resolv.conf

# Authorities of this workplace, once.
if [ -e /etc/testbed/authorities.crt ] && [ ! -e /etc/testbed/authorities.done ]; then
  cat /etc/testbed/authorities.crt >> /etc/ssl/certs/ca-certificates.crt
  touch /etc/testbed/authorities.done
fi
exec /sbin/init "$@"
