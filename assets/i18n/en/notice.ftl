# Told once at the top of a page, after a form.
notice-signed-up = Welcome. Link your bank account to begin.
notice-signed-out = You are signed out.
notice-link-in-hand = We are asking the bank about this account already. Please look again in a moment.
notice-link-known = You have begun to link this account already. You can finish it here.
notice-account-known = You have linked this account already.
notice-unlink-unsettled = It was not unlinked: payments or refunds are still under way. Please try again once they are settled.
notice-nickname-saved = The nickname is saved.
notice-account-unlinked = The account is unlinked.
notice-account-unlinked-consent-ended = The account is unlinked. Shops that could charge it no longer can.
notice-corrected = The result is decided.
notice-changed-meanwhile = It changed in the meantime. Look at its present state and try again.
notice-not-correctable = In its present state it cannot be decided like this.
notice-has-refunds = Money of this payment went back or is on its way, so it cannot become failed. Look at its refunds first.
notice-refund-exceeds-paid = As succeeded, more would be given back than was paid.
