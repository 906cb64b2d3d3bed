# units: what systemd knows of Homeport's units and of Docker, and the files that say what they are. Changes nothing.
#
# The answer is built like that of gather.sh: a section whose length is known, and a tar archive up to the end.
set -u
export LC_ALL=C TZ=UTC
shopt -s nullglob
declare -A names=([docker.service]=1)
# Units whose file is gone are still loaded, and units that are off are not: both lists are needed. Templates are no units.
for file in /etc/systemd/system/homeport*.{service,timer,socket,path,slice}; do [[ $file == *@.* ]] || names[${file##*/}]=1; done
while read -r name _; do names[$name]=1; done < <(timeout -k 1 20 systemctl list-units --all --plain --no-legend --no-pager --full -- 'homeport*')
# What systemd prints is no pattern of files.
set -f
shown=$(timeout -k 1 20 systemctl show --no-pager \
  --property=Id,Description,LoadState,ActiveState,SubState,Result,UnitFileState,StateChangeTimestamp,StateChangeTimestampMonotonic,NRestarts,MemoryCurrent,NeedDaemonReload \
  --property=LastTriggerUSec,NextElapseUSecRealtime,NextElapseUSecMonotonic,Requires,Wants,After,Triggers,OnSuccess,FragmentPath,DropInPaths -- "${!names[@]}" 2>&1)
status=$?
printf '@@ units %d %d\n%s\n@@ files 0 -\n' "$status" "${#shown}" "$shown"
{
  printf '%s\0' /etc/homeport/spec.json
  while IFS='=' read -r key paths; do
    case $key in
      FragmentPath | DropInPaths)
        # Paths of units hold no spaces; a drop-in of somebody else may, and is left out.
        for path in $paths; do [[ -f $path && $(stat -c %s -- "$path") -le 65536 ]] && printf '%s\0' "$path"; done
        ;;
    esac
  done <<<"$shown"
} | sort --zero-terminated --unique | tar --create --absolute-names --null --no-recursion --verbatim-files-from --files-from=- --numeric-owner --dereference --hard-dereference --format=gnu 2>/dev/null
exit 0
