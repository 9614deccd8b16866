# Runs a command beside the mock in a network namespace that has the metadata service's address. That
# address is fixed in the SDKs' code, and nobody else on the machine sees it here.
# usage: with-metadata.sh <built command line> <landing zone> <folder> <command...>
set -eu
main=$1 config=$2 folder=$3
shift 3
ip link set lo up
ip addr add 100.100.100.200/32 dev lo
node "$main" mock --quiet --config "$config" --port 0 --tls-port 0 --ca-dir "$folder" \
  --metadata-host 100.100.100.200 --metadata-port 80 >"$folder/ready" &
mock=$!
trap 'kill $mock' EXIT
until [ -s "$folder/ready" ]; do
  kill -0 $mock
  sleep 0.05
done
"$@"
