#!/usr/bin/env bash
# mini_slurm.sh start|stop FOLDER: a private SLURM of one node, on the loopback interface only.
#
# All state lies in FOLDER, but /etc/slurm/slurm.conf links into it while the daemons run: the jobs'
# own Snakemake drops SLURM_CONF. A link that is left behind makes every call of Snakemake wait ten
# seconds for a controller, so `stop` always removes it. Needs root, and a host name that resolves.
set -euo pipefail

action=$1
folder=$(realpath -m "$2")
node=$(hostname -s)
configs=(slurm.conf gres.conf cgroup.conf)

write_configs() {
  # Eight pretended CPUs and two pretended GPUs; gres wants devices, and these two always exist.
  cat > "$folder/slurm.conf" <<CONF
ClusterName=mini
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.sock
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$folder/log/jobs.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=2,bf_interval=5,batch_sched_delay=1
MinJobAge=3600
ReturnToService=2
MailProg=/bin/true
MpiDefault=none
SlurmdParameters=config_overrides
GresTypes=gpu
NodeName=$node NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 Gres=gpu:fake:2 State=UNKNOWN
PartitionName=cpu Nodes=$node Default=YES MaxTime=UNLIMITED State=UP
PartitionName=gpu Nodes=$node MaxTime=UNLIMITED State=UP
CONF
  printf 'NodeName=%s Name=gpu Type=fake File=%s\n' "$node" /dev/null "$node" /dev/zero \
    > "$folder/gres.conf"
  printf 'CgroupPlugin=cgroup/v1\nConstrainCores=no\n' > "$folder/cgroup.conf"
}

start_daemons() {
  dd if=/dev/urandom of="$folder/munge/munge.key" bs=1 count=1024 status=none
  chmod 400 "$folder/munge/munge.key"
  munged --force --key-file="$folder/munge/munge.key" --socket="$folder/run/munge.sock" \
    --pid-file="$folder/run/munged.pid" --log-file="$folder/log/munged.log" \
    --seed-file="$folder/munge/seed"
  slurmctld -f "$folder/slurm.conf" -c
  slurmd -f "$folder/slurm.conf" -N "$node" -c
}

wait_until_idle() {
  for _ in $(seq 150); do
    if sinfo --noheader --format=%T 2> /dev/null | grep --quiet idle; then return; fi
    sleep 0.2
  done
  echo "the node did not come up" >&2
  tail -n 20 "$folder"/log/*.log >&2
  return 1
}

case $action in
  start)
    mkdir -p "$folder"/{state,spool,log,run,munge} /etc/slurm
    chmod 700 "$folder/munge"
    chmod 755 "$folder/run" "$folder/log"
    write_configs
    for name in "${configs[@]}"; do ln -s "$folder/$name" "/etc/slurm/$name"; done
    start_daemons
    wait_until_idle
    ;;
  stop)
    for daemon in slurmd slurmctld munged; do
      pid_file="$folder/run/$daemon.pid"
      if [ -s "$pid_file" ]; then kill "$(cat "$pid_file")" 2> /dev/null || true; fi
    done
    for name in "${configs[@]}"; do
      if [ "$(readlink "/etc/slurm/$name")" = "$folder/$name" ]; then rm "/etc/slurm/$name"; fi
    done
    ;;
  *)
    echo "usage: mini_slurm.sh start|stop FOLDER" >&2
    exit 2
    ;;
esac
