# What is wrong with a field of a form.
problem-required = 입력해 주세요.
problem-email_format = 이메일 주소를 다시 확인해 주세요.
problem-password_too_short = 비밀번호는 10자 이상으로 정해 주세요.
problem-password_too_long = 비밀번호는 128자까지 쓸 수 있어요.
problem-name_too_long = 이름은 40자까지 쓸 수 있어요.
problem-birth_date_format = 생년월일을 다시 확인해 주세요.
problem-too_young = 만 14세부터 가입할 수 있어요.
problem-bank_unknown = 은행을 선택해 주세요.
problem-account_number_format = 계좌번호는 숫자 10~14자리로 입력해 주세요.
problem-nickname_too_long = 별명은 20자까지 쓸 수 있어요.
problem-consent_required = 동의해야 계좌를 연결할 수 있어요.
problem-too_long = 입력한 내용이 너무 길어요.
problem-choice_unknown = 목록에 없는 값이에요.
problem-choice_needed = 하나를 선택해 주세요.
problem-date_format = 날짜를 2026-11-25와 같은 형식으로 입력해 주세요.
problem-dates_reversed = 종료일이 시작일보다 빨라요.
problem-password_wrong = 비밀번호가 맞지 않아요. 다시 확인해 주세요.
