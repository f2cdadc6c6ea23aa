//! The guides there are, with the code that they show.

use super::guide::Section;

/// Our address in the code below; a page shows the one that its reader asked.
pub const ADDRESS: &str = "https://naru.example";

/// A guide.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    pub slug: &'static str,
    pub sections: &'static [Section],
}

impl Guide {
    #[must_use]
    pub fn path(&self) -> String {
        match self.slug {
            "start" => "/docs".to_owned(),
            slug => format!("/docs/guides/{slug}"),
        }
    }
}

#[must_use]
pub fn find(slug: &str) -> Option<&'static Guide> {
    ALL.iter().find(|guide| guide.slug == slug)
}

const fn words(key: &'static str) -> Section {
    Section { key, code: None }
}

const fn shown(key: &'static str, code: &'static str) -> Section {
    Section { key, code: Some(code) }
}

pub const ALL: &[Guide] = &[
    Guide {
        slug: "start",
        sections: START,
    },
    Guide {
        slug: "idempotency",
        sections: IDEMPOTENCY,
    },
    Guide {
        slug: "money-moved",
        sections: &[words("three"), words("unknown"), words("review"), words("late")],
    },
    Guide {
        slug: "errors",
        sections: ERRORS,
    },
    Guide {
        slug: "paging",
        sections: PAGING,
    },
    Guide {
        slug: "webhooks-guide",
        sections: WEBHOOKS,
    },
    Guide {
        slug: "mandates-guide",
        sections: MANDATES,
    },
    Guide {
        slug: "checkout-guide",
        sections: CHECKOUT,
    },
    Guide {
        slug: "versions",
        sections: VERSIONS,
    },
];

const START: &[Section] = &[
    shown(
        "key",
        "export API=https://naru.example/api/v1\nexport KEY=naru_sk_test_…\ncurl -s $API/mandates -H \"Authorization: Bearer $KEY\"",
    ),
    shown(
        "mandate",
        "export MANDATE=$(curl -s $API/mandates -H \"Authorization: Bearer $KEY\" | grep -o 'man_[0-9a-f]*' | head -1)",
    ),
    shown(
        "pay",
        "curl -si $API/payments -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" -H \"Idempotency-Key: start-1\" \\\n  -d \"{\\\"mandate_id\\\":\\\"$MANDATE\\\",\\\"order_id\\\":\\\"start-1\\\",\\\"amount\\\":12300,\\\"description\\\":\\\"Coffee\\\"}\"",
    ),
    shown(
        "look",
        "export PAYMENT=$(curl -s $API/payments/by-idempotency-key/start-1 -H \"Authorization: Bearer $KEY\" | grep -o 'pay_[0-9a-f]*' | head -1)\ncurl -s $API/payments/$PAYMENT -H \"Authorization: Bearer $KEY\"\ncurl -s $API/payments/$PAYMENT/timeline -H \"Authorization: Bearer $KEY\"",
    ),
    shown(
        "refund",
        "curl -s $API/payments/$PAYMENT/refunds -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" -H \"Idempotency-Key: start-2\" -d '{\"reason\":\"Returned\"}'",
    ),
    words("next"),
    words("more"),
];

const IDEMPOTENCY: &[Section] = &[
    shown("send", "Idempotency-Key: order-1042-pay"),
    shown("replay", "HTTP/1.1 202 Accepted\nIdempotent-Replayed: true"),
    words("other"),
    words("kept"),
    words("order"),
];

const ERRORS: &[Section] = &[
    shown(
        "shape",
        "HTTP/1.1 409 Conflict\nContent-Type: application/problem+json\n\n{\n  \"type\": \"https://naru.example/docs/problems/duplicate_order\",\n  \"status\": 409,\n  \"code\": \"duplicate_order\",\n  \"money_moved\": \"no\",\n  \"retryable\": false,\n  \"existing_id\": \"pay_019ac1f05d7a7b3e8c41f2a90b6d7e11\"\n}",
    ),
    words("retry"),
    words("lost"),
    shown(
        "rate",
        "RateLimit-Policy: \"default\";q=100;w=1\nRateLimit: \"default\";r=42;t=1",
    ),
    words("ask"),
];

const PAGING: &[Section] = &[
    shown(
        "walk",
        "curl -si \"$API/payments?limit=50\" -H \"Authorization: Bearer $KEY\"",
    ),
    shown("link", "Link: </api/v1/payments?limit=50&cursor=…>; rel=\"next\""),
    words("stable"),
    words("signed"),
];

const WEBHOOKS: &[Section] = &[
    shown(
        "make",
        "curl -s $API/webhook-endpoints -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" -H \"Idempotency-Key: webhook-1\" \\\n  -d '{\"url\":\"http://localhost:8080/naru/webhooks\"}'",
    ),
    shown(
        "body",
        "{\n  \"id\": \"evt_019ac1f05d7a7b3e8c41f2a90b6d7e13\",\n  \"type\": \"payment.succeeded\",\n  \"created_at\": \"2026-11-26T14:03:01.004512+09:00\",\n  \"version\": 3,\n  \"previous_status\": \"executing\",\n  \"data\": { \"object\": \"payment\", \"id\": \"pay_019ac1f05d7a7b3e8c41f2a90b6d7e11\", \"status\": \"succeeded\", \"amount\": 12300, … }\n}",
    ),
    shown(
        "headers",
        "webhook-id: evt_019ac1f05d7a7b3e8c41f2a90b6d7e13\nwebhook-timestamp: 1795674181\nwebhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
    shown(
        "verify",
        "signed = webhook_id + \".\" + webhook_timestamp + \".\" + raw_body\nexpected = base64(hmac_sha256(base64_decode(secret without \"whsec_\"), signed))",
    ),
    words("answer"),
    words("order"),
    words("rotate"),
    shown(
        "missed",
        "curl -s \"$API/events?after_cursor=$CURSOR\" -H \"Authorization: Bearer $KEY\"",
    ),
];

const MANDATES: &[Section] = &[
    shown(
        "ask",
        "curl -s $API/mandates -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" -H \"Idempotency-Key: mandate-1\" \\\n  -d '{\"return_url\":\"http://localhost:8080/thanks\",\"per_payment_limit\":100000,\"daily_limit\":300000,\"reference\":\"customer-7\"}'",
    ),
    words("approve"),
    shown("back", "http://localhost:8080/thanks?mandate_id=man_…&status=active"),
    words("limits"),
    words("end"),
];

const CHECKOUT: &[Section] = &[
    shown(
        "make",
        "curl -s $API/checkouts -H \"Authorization: Bearer $KEY\" \\\n  -H \"Content-Type: application/json\" -H \"Idempotency-Key: checkout-1\" \\\n  -d '{\"order_id\":\"order-1043\",\"amount\":12300,\"description\":\"Coffee\",\"return_url\":\"http://localhost:8080/thanks\"}'",
    ),
    shown(
        "back",
        "http://localhost:8080/thanks?checkout_id=chk_…&payment_id=pay_…&status=succeeded",
    ),
    shown(
        "truth",
        "curl -s $API/checkouts/$CHECKOUT -H \"Authorization: Bearer $KEY\"",
    ),
    words("expired"),
];

const VERSIONS: &[Section] = &[
    shown("header", "API-Version: 2026-11-01"),
    words("compatible"),
    words("first"),
];
