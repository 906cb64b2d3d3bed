# mail-listen GREETING: listens on port 25 for up to 15 seconds and says GREETING to whoever comes, to see whether mail can
# come in at all. Prints `listening`, or `taken`.
set -u
# shellcheck disable=SC2016 # Perl's own variables
exec timeout 15 perl -MIO::Socket::INET -e '
  $| = 1;
  my $door = IO::Socket::INET->new(LocalPort => 25, Listen => 5, ReuseAddr => 1) or do { print "taken\n"; exit };
  print "listening\n";
  while (my $guest = $door->accept) { print $guest "220 $ARGV[0]\r\n"; close $guest }' -- "$1"
