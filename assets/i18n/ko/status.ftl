# States of a transfer, and whether money moved.
status-queued = 접수됨
status-executing = 은행에 보내는 중
status-succeeded = 완료
status-failed = 실패
status-unknown = 은행에 확인 중
status-needs_review = 직원 확인 중
status-canceled = 취소됨
status-expired = 기한 지남
moved-yes = 돈이 움직였어요
moved-no = 돈은 움직이지 않았어요
moved-unknown = 은행에 확인하고 있어요
