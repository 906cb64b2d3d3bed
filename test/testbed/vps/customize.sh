#!/bin/sh
# Run once on a new root file system ($1): makes of a bare Debian what a provider hands over.
set -eu
root=${1%/}

# Every server gets its own at its first start.
rm -f "$root"/etc/ssh/ssh_host_*_key "$root"/etc/ssh/ssh_host_*_key.pub
: > "$root/etc/machine-id"

# Providers' images allow the root login that their control panel shows.
cat > "$root/etc/ssh/sshd_config.d/50-provider.conf" <<'END'
PermitRootLogin yes
PasswordAuthentication yes
END

# Left without a configuration on purpose: it would drop the address that Docker gave.
rm -f "$root"/etc/systemd/network/*.network
