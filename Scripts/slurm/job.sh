# What the jobs share; to be sourced by a job's script.
# shellcheck shell=bash
# Slurm runs a copy of that script, which therefore looks for this file where `submit` says, below the folder that it was sent
# from, or, run by hand, beside itself.
# shellcheck source=Scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
no_arguments "$@"
# Slurm's first warning must not end the script before the program has heard of it.
trap ':' TERM

# Ends a job. One that was killed or asked to stop goes back into the queue, and later on where it was; at most REQUEUES
# times, lest one that dies of itself does so for ever.
end_job() {
    if [ "$1" -gt 128 ]; then
        if [ "${SLURM_RESTART_COUNT:-0}" -lt "${REQUEUES:-20}" ]; then
            echo "ended with status $1: back into the queue, to go on there"
            # Slurm ends this script for it.
            scontrol requeue "$SLURM_JOB_ID" && sleep 600
        fi
        echo "ended with status $1, and not put into the queue again"
    fi
    exit "$1"
}
