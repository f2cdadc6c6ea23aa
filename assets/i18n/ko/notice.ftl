# 양식을 보낸 뒤 화면 위에 한 번 알리는 말.
notice-signed-up = 반가워요. 먼저 은행 계좌를 연결해 주세요.
notice-signed-out = 로그아웃했어요.
notice-account-linked = 계좌를 연결했어요.
notice-link-in-hand = 이미 은행에서 확인하고 있어요. 잠시 뒤에 다시 봐 주세요.
notice-nickname-saved = 별명을 저장했어요.
notice-account-unlinked = 계좌 연결을 끊었어요.
notice-account-unlinked-consent-ended = 계좌 연결을 끊었어요. 이 계좌로 결제하던 가맹점은 더 이상 출금할 수 없어요.
