#!/bin/sh
# From a fresh server to a customer's tier, with curl alone. The server: loket init --data DIR --json, then loket serve --data DIR.
#   LOKET_URL=http://127.0.0.1:8443 LOKET_API_KEY=qe_sk_… ./walk-through.sh
set -eu
: "${LOKET_URL:=http://127.0.0.1:8443}"
: "${LOKET_API_KEY:?the key that loket init printed}"

# The key travels in a file that curl reads, never in the process list.
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
chmod 600 "$headers"
printf 'Authorization: Bearer %s\n' "$LOKET_API_KEY" >"$headers"

call() { # METHOD PATH [JSON]
  if [ $# -eq 3 ]; then
    printf '%s' "$3" | curl --silent --show-error --fail-with-body -X "$1" -H "@$headers" \
      -H 'Content-Type: application/json' -H "Idempotency-Key: walk-$(date +%s)-$$-$2" --data-binary @- "$LOKET_URL$2"
  else
    curl --silent --show-error --fail-with-body -X "$1" -H "@$headers" "$LOKET_URL$2"
  fi
}

echo '1. Is the server well?'
call GET /api/healthz
echo

echo '2. A customer, with a made-up NIK (a second run answers 409: the NIK is taken)'
customer=$(call POST /api/customers '{"externalRef":"walk-through","fullName":"SITI CONTOH","nik":"3171044507900003"}')
echo "$customer"
id=$(printf '%s' "$customer" | sed 's/.*"id":"\(cus_[A-Z0-9]*\)".*/\1/')

echo '3. What is known of her: a well-formed NIK and nothing else, so the tier is the lowest'
call GET "/api/identity/kyc/$id"
echo

echo '4. A challenge for her card; the capture answers it within its time'
call POST /api/identity/document/ktp/challenge "{\"customerId\":\"$id\"}"
echo

echo '5. All verifications of the organisation, from the beginning, by cursor'
call GET '/api/identity/attempts?cursor=&limit=100'
echo

echo '6. A second read of an unchanged record costs no body'
etag=$(curl --silent --show-error -D - -o /dev/null -H "@$headers" "$LOKET_URL/api/identity/kyc/$id" | tr -d '\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')
curl --silent --output /dev/null --write-out '%{http_code}\n' -H "@$headers" -H "If-None-Match: $etag" "$LOKET_URL/api/identity/kyc/$id"
