# Text messages: at most 90 bytes, two for each Korean letter.
sms-code = [나루] 인증번호 { $code } (3분 안에 입력). 다른 사람에게 알려 주지 마세요.
sms-no-account = [나루] 이 번호로 가입한 계정이 없어요. 요청한 적이 없다면 무시해 주세요.
sms-number-changed = [나루] 계정의 번호가 바뀌었어요. 바꾼 적이 없다면 바로 문의해 주세요.
