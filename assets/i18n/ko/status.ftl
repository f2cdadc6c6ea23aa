# States of a transfer, and whether money moved.
status-queued = 접수됨
status-executing = 은행에 요청 중
status-succeeded = 완료
status-failed = 실패
status-unknown = 은행에 확인 중
status-needs_review = 담당자 확인 중
status-canceled = 취소됨
status-expired = 기한 만료
moved-yes = 출금이나 입금이 처리됐어요
moved-no = 빠져나간 돈은 없어요
moved-unknown = 출금됐는지 확인하고 있어요
status-pauses = 은행이 다시 응답할 때까지 잔액과 계좌 확인을 쉬어요. 결제는 계속돼요.
status-expected = 지금 결제하면 약 { $secs }초 뒤에 은행으로 가요.
