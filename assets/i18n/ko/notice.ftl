# 양식을 보낸 뒤 화면 위에 한 번 알리는 말.
notice-signed-up = 반가워요. 먼저 은행 계좌를 연결해 주세요.
notice-signed-out = 로그아웃했어요.
notice-link-in-hand = 이미 은행에서 확인하고 있어요. 잠시 뒤에 다시 봐 주세요.
notice-link-known = 이미 연결을 시작한 계좌예요. 여기서 이어서 마칠 수 있어요.
notice-account-known = 이미 내 계좌에 연결되어 있어요.
notice-unlink-unsettled = 아직 끝나지 않은 결제나 환불이 있어서 연결을 끊지 않았어요. 모두 끝나면 다시 시도해 주세요.
notice-nickname-saved = 별명을 저장했어요.
notice-account-unlinked = 계좌 연결을 끊었어요.
notice-account-unlinked-consent-ended = 계좌 연결을 끊었어요. 이 계좌로 결제하던 가맹점은 더 이상 출금할 수 없어요.
notice-corrected = 결과를 확정했어요.
notice-changed-meanwhile = 그사이에 상태가 바뀌었어요. 지금 상태를 확인한 다음 다시 시도해 주세요.
notice-not-correctable = 지금 상태에서는 그렇게 확정할 수 없어요.
notice-has-refunds = 이미 환불했거나 환불 중인 결제라서 실패로 바꿀 수 없어요. 환불을 먼저 확인해 주세요.
notice-refund-exceeds-paid = 성공으로 바꾸면 환불 금액이 결제 금액을 넘어요.
