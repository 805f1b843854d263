# Keeps a PostgreSQL server no longer than the program that wanted it.
#
#   sh -c "$(cat leash.sh)" leash <directory to remove at the end, or ''> <server> <argument>...
#
# stdin   a pipe that only the program holds open: it closes when the program lets go or dies
# stdout  a pipe to the program: the server's process id, then nothing; the server keeps it open as
#         its descriptor 3, so the program reads its end when the last process of the server ends
# stderr  the server's log

trap '' HUP INT QUIT TERM # only the pipe ends this script; the server sets its own handlers
remove=$1
shift

"$@" 3>&1 1>&2 </dev/null &
server=$!
echo "$server"
exec 1>&2

read -r _

alive() {
    kill -0 "$server" 2>/dev/null
}

# Sends the signal $1 and waits at most $2 twentieths of a second.
ask() {
    alive || return
    kill -s "$1" "$server"
    patience=$2
    while [ "$patience" -gt 0 ] && alive; do
        sleep 0.05 2>/dev/null || sleep 1
        patience=$((patience - 1))
    done
}

ask INT 400  # fast: transactions end, a checkpoint is written
ask QUIT 100 # immediate: the next start recovers
ask KILL 40

if [ -n "$remove" ]; then
    # A second time for what a dying process may have written in between.
    rm -rf -- "$remove" 2>/dev/null || { sleep 1; rm -rf -- "$remove"; }
fi
! alive
