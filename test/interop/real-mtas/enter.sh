# Lays what was unpacked, then what the test wrote, over the machine's files, and runs /start there: the program finds
# itself installed, and all that it writes is in memory and gone with it. As root, as the first process of namespaces of
# its own; ends with the program, or once standard input ends, and all processes in there end with it.
# Usage: enter.sh FOLDER HOSTNAME LAYER...
set -eu
folder=$1
hostname "$2"
shift 2
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
# Copied, since layers may not lie one in another
for layer; do cp -a "$layer/." "$folder/upper"; done
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$folder/root"
mount --rbind /dev "$folder/root/dev"
mount -t proc proc "$folder/root/proc"
exec 3<&0 </dev/null
chroot "$folder/root" /bin/sh -eu /start &
program=$!
{
  cat <&3 >/dev/null
  kill -KILL "$program"
} &
wait "$program"
