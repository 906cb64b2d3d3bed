# check-repository URL BRANCH: asks a git server for a branch, without changing anything here.
# Exit codes: 0 it is there, 2 the repository answers but has no such branch, 4 git is not installed, others: git's error.
set -u
command -v git >/dev/null || exit 4
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
cd /
env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=/bin/true GIT_CONFIG_NOSYSTEM=1 \
  GIT_CONFIG_GLOBAL=/dev/null GIT_ALLOW_PROTOCOL=http:https timeout 25 \
  "${as[@]}" git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=15 ls-remote --exit-code --end-of-options "$1" "refs/heads/$2" >/dev/null
