# Told once at the top of a page, after a form.
notice-signed-up = Welcome. Link your bank account to begin.
notice-signed-out = You are signed out.
notice-account-linked = Your account is linked.
notice-link-in-hand = We are asking the bank about this account already. Please look again in a moment.
notice-nickname-saved = The nickname is saved.
notice-account-unlinked = The account is unlinked.
notice-account-unlinked-consent-ended = The account is unlinked. Shops that could charge it no longer can.
notice-corrected = The result is decided.
notice-changed-meanwhile = It changed in the meantime. Look at its present state and try again.
notice-not-correctable = In its present state it cannot be decided like this.
notice-has-refunds = Money of this payment went back or is on its way, so it cannot become failed. Look at its refunds first.
notice-refund-exceeds-paid = As succeeded, more would be given back than was paid.
notice-device-signed-out = That device is signed out.
notice-others-signed-out = All devices but this one are signed out.
notice-all-signed-out = You are signed out on all devices.
notice-password-changed = Your password is changed, and all other devices are signed out.
