#!/usr/bin/env bash
# A shop: from a mandate to a refund, with curl. What happened is read from the feed of events.
#
#   curl.sh                                         takes a payment and gives a part of it back
#   curl.sh verify SECRET ID TIMESTAMP SIGNATURES   whether the body on the standard input is a webhook of Naru's
#
# NARU_KEY      the shop's key, naru_sk_test_...
# NARU_URL      where Naru answers; http://localhost:5150 unless given
# NARU_MANDATE  a mandate that a member has approved; without it one is asked for
set -euo pipefail

readonly api="${NARU_URL:-http://localhost:5150}/api/v1" patience_secs=120 tolerance_secs=300

main() {
    local mandate order payment refund
    mandate="${NARU_MANDATE:-$(ask_for_mandate)}"
    echo "mandate $mandate is approved"

    # The key belongs to the order: a repeated request is the same payment.
    order="order-$(new_key)"
    payment="$(call POST /payments "$order" "{\"mandate_id\":\"$mandate\",\"order_id\":\"$order\",\"amount\":12300,\"description\":\"Drip coffee\"}" | field id)"
    echo "payment $payment is promised"
    wait_for payment.succeeded "$payment"

    refund="$(call POST "/payments/$payment/refunds" "refund-$order" '{"amount":2300,"reason":"One cup arrived broken"}' | field id)"
    echo "refund $refund is promised"
    wait_for refund.succeeded "$refund"

    payment="$(call GET "/payments/$payment")"
    echo "done: $(field amount <<<"$payment") paid, $(field refunded_amount <<<"$payment") given back"
}

# One call of the API: method, path, and for a POST the idempotency key and the body. The same key is done once.
call() {
    local request=(--silent --show-error --fail-with-body --max-time 30 --request "$1" --header "Authorization: Bearer $NARU_KEY")
    [ $# -lt 3 ] || request+=(--header "Idempotency-Key: $3" --header "Content-Type: application/json" --data "$4")
    curl "${request[@]}" "$api$2"
}

# A field of the JSON on the standard input.
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

new_key() { openssl rand -hex 16; }

ask_for_mandate() {
    local mandate id
    mandate="$(call POST /mandates "$(new_key)" '{"return_url":"http://localhost/thanks","per_payment_limit":100000,"daily_limit":300000,"reference":"customer-7"}')"
    id="$(field id <<<"$mandate")"
    echo "approve here: $(field approval_url <<<"$mandate")" >&2
    for ((; SECONDS < patience_secs; )); do
        case "$(call GET "/mandates/$id" | field status)" in
            active) echo "$id"; return ;;
            pending) sleep 1 ;;
            *) break ;;
        esac
    done
    echo "nobody approved the mandate" >&2
    exit 1
}

# Reads the feed from where it was left until the event about this thing; where it was left is worth keeping.
cursor=""
wait_for() {
    local page found ends=$((SECONDS + patience_secs))
    while ((SECONDS < ends)); do
        page="$(call GET "/events?limit=100${cursor:+&after_cursor=$cursor}")"
        cursor="$(field next_cursor <<<"$page")"
        found="$(python3 -c '
import json, sys
for event in json.load(sys.stdin)["data"]:
    if (event["type"], event["data"]["id"]) == (sys.argv[1], sys.argv[2]):
        print("event {id}: {type} (version {version})".format(**event))' "$1" "$2" <<<"$page")"
        if [ -n "$found" ]; then
            echo "$found"
            return
        fi
        [ "$(field has_more <<<"$page")" = True ] || sleep 1
    done
    echo "no $1 about $2" >&2
    exit 1
}

# https://www.standardwebhooks.com, `v1`: what is signed is id.timestamp.body.
verify() {
    local secret="$1" id="$2" timestamp="$3" signatures="$4" key expected age
    # The header is anybody's: bash would run what stands in brackets where it reckons.
    [[ "$timestamp" =~ ^[1-9][0-9]{0,14}$ ]] || { echo "not a time"; return 1; }
    age=$(($(date +%s) - timestamp))
    # One that is older was recorded and sent again by somebody else.
    ((age <= tolerance_secs && age >= -tolerance_secs)) || { echo "too old"; return 1; }
    key="$(printf %s "${secret#whsec_}" | base64 --decode | od -An -vtx1 | tr -d ' \n')"
    expected="v1,$( (printf '%s.%s.' "$id" "$timestamp"; cat) |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 --wrap=0)"
    # While a secret is exchanged there are two signatures; one that fits is enough.
    case " $signatures " in
        *" $expected "*) echo "signed by Naru" ;;
        *) echo "not signed by Naru"; return 1 ;;
    esac
}

case "${1:-}" in
    "") main ;;
    verify) shift && verify "$@" ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
