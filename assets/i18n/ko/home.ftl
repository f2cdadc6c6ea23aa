# 회원의 첫 화면.
home-greeting = { $name } 님, 안녕하세요
home-as-of = 확인한 시각
home-unknown = 잔액을 모르는 계좌 { $count }개는 빠져 있어요
home-first-title = 계좌를 연결하고 시작해요
home-first-text = 계좌를 연결하면 잔액을 한눈에 보고, 가맹점에서 계좌로 결제할 수 있어요.
home-needs-title = 확인이 필요해요
home-finish-link = 계좌 연결을 마쳐 주세요
home-checking-text = 은행에 확인하고 있는 거래는 다시 결제하지 말고 기다려 주세요.
home-latest-title = 최근 내역
home-ways = 바로가기
home-way-link = 농협 계좌를 더해요
home-way-mandates = 한도를 줄이거나 해지해요
home-way-statement-title = 거래 내역서
home-way-statement = 기간을 정해 내려받아요
home-way-notices = 점검과 새 소식을 봐요
