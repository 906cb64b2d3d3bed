# cancel-run RUN: asks a run to end before its next step. Exit code 3: there is no such run.
set -eu
folder=/var/lib/homeport/runs/$1
[ -d "$folder" ] || exit 3
: >"$folder/cancel"
