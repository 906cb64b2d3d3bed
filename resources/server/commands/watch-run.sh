# watch-run RUN LINE: prints the run's log from LINE on and follows it until the run has ended.
# Exit codes: 3 there is no such run, 4 nothing of Homeport is on this server (any more).
set -eu
log=/var/lib/homeport/runs/$1/log
[ -d /var/lib/homeport ] || exit 4
[ -f "$log" ] || exit 3
pid=$(systemctl show --property=Description --property=MainPID homeport-run.service)
case $pid in
  *"Homeport run $1"*) pid=${pid#*MainPID=}; pid=${pid%%[!0-9]*} ;;
  *) pid=0 ;;
esac
if [ "$pid" = 0 ]; then exec tail -n "+$2" "$log"; fi
exec tail -n "+$2" --follow --sleep-interval=0.1 --pid="$pid" "$log"
