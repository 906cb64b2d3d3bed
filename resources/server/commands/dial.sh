# dial HOST PORT: joins standard input and output with a TCP connection from this server.
exec 3<>"/dev/tcp/$1/$2" || exit 1
cat <&3 &
cat >&3
wait
