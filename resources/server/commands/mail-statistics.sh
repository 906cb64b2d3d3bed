# mail-statistics: what the journal says happened to mail in the last day and in the last thirty days: one line each of
# received, delivered, deferred, bounced and refused, then the time of the oldest line (seconds since 1970).
set -u
now=$(date +%s)
timeout 100 journalctl --no-pager --quiet --output=short-unix --since="@$((now - 30 * 86400))" CONTAINER_TAG=homeport-mail _UID=0 | LC_ALL=C awk -v day="$((now - 86400))" '
  NR == 1 { first = $1 }
  function count(what) { month[what]++; if ($1 >= day) recent[what]++ }
  # The words of other servers come last in a line: what they say counts nothing.
  { head = substr($0, 1, 400); cut = index(head, " ("); if (cut) head = substr(head, 1, cut - 1) }
  head ~ / postfix\/smtpd\[[0-9]+\]: [A-Za-z0-9]+: client=/ { count("received"); next }
  head ~ / postfix\/(smtp|error|retry)\[[0-9]+\]: [A-Za-z0-9]+: to=.* status=sent$/ { count("delivered"); next }
  head ~ / postfix\/(smtp|error|retry)\[[0-9]+\]: [A-Za-z0-9]+: to=.* status=deferred$/ { count("deferred"); next }
  head ~ / postfix\/(smtp|error|retry)\[[0-9]+\]: [A-Za-z0-9]+: to=.* status=bounced$/ { count("bounced"); next }
  # Refused after it had been read to its end: it was not taken.
  head ~ / postfix\/cleanup\[[0-9]+\]: [A-Za-z0-9]+: milter-reject: END-OF-MESSAGE / { month["received"]--; if ($1 >= day) recent["received"]-- }
  head ~ / postfix\/(smtpd|postscreen|cleanup)\[[0-9]+\]: [A-Za-z0-9]+: (milter-)?reject: [^:]*: 5/ { count("refused"); next }
  head ~ / postfix\/(smtpd|postscreen)\[[0-9]+\]: [A-Za-z0-9]+: reject: [^:]*:[0-9]*: 5/ { count("refused"); next }
  function shown(of) { return (of["received"] + 0) " " (of["delivered"] + 0) " " (of["deferred"] + 0) " " (of["bounced"] + 0) " " (of["refused"] + 0) }
  END { print shown(recent); print shown(month); printf "%.3f\n", first }'
