# Lays what was unpacked, then what the test wrote, over the machine's files, and runs sh there: the program finds itself installed, and all that it
# writes is in memory and gone with it. In namespaces of its own, as root. Usage: enter.sh FOLDER HOSTNAME LAYER..., the commands on standard input.
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
exec chroot "$folder/root" /bin/sh -eu
