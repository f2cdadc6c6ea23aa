# Text messages: at most 90 bytes.
sms-code = [Naru] Your code is { $code } (3 minutes). Never share it with anyone.
sms-no-account = [Naru] No account has this number. If you did not ask, ignore this message.
sms-number-changed = [Naru] Your account has a new mobile number. Not you? Contact us now.
