# 상담: 회원 찾기.
cs-members-title = 회원 조회
cs-members-find = 이메일, 휴대폰 번호 또는 이름
cs-members-hint = 이메일이나 번호, 이름 전체를 정확히 입력해 주세요.
cs-members-nothing = 입력한 내용과 정확히 같은 회원이 없어요.
cs-member-email = 이메일
cs-member-joined = 가입한 때
cs-member-id = 회원번호
cs-member-accounts = 계좌
cs-member-no-accounts = 연결한 계좌가 없어요
cs-account-active = 연결됨
