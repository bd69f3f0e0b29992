"""What the columns of an unknown file may be, so that staff need only correct a guess."""

from .layouts import Role
from .sheets import plain

# In this order: the first role one of whose words stands in the name of a column.
WORDS = {
    Role.BALANCE: ["残高", "balance", "saldo", "잔액"],
    Role.FEE: ["手数料", "fee", "gebühr", "수수료"],
    Role.CURRENCY: ["通貨", "currency", "währung", "통화"],
    Role.STATUS: ["ステータス", "状態", "status", "상태"],
    Role.REFERS_TO: ["reference txn", "参照取引", "관련 거래"],
    Role.TRANSACTION_ID: ["transaction id", "取引id", "取引番号", "거래번호", "거래 id", "transaktionscode"],
    Role.AMOUNT: ["入出金", "gross", "総額", "brutto", "amount", "betrag", "총액"],
    Role.MONEY_IN: ["入金", "預かり", "預入", "預り", "credit", "deposit", "입금", "haben"],
    Role.MONEY_OUT: ["出金", "支払", "引出", "debit", "withdrawal", "출금", "soll"],
    Role.EMAIL: ["mail", "メール", "이메일"],
    Role.KIND: ["種別", "タイプ", "type", "typ", "유형"],
    Role.DAY: ["日付", "年月日", "取引日", "date", "datum", "날짜", "거래일", "日"],
    Role.PAYER: ["内容", "名前", "依頼人", "payer", "name", "적요", "이름", "보낸"],
    Role.NOTE: ["摘要", "メモ", "備考", "note", "memo", "subject", "description", "reference", "비고"],
}  # fmt: skip
ONCE = set(WORDS) - {Role.PAYER, Role.NOTE}


def guessed_roles(cells):
    """Return for each column of a header the role that its name suggests, or ""."""
    roles, taken = [], set()
    for name in map(plain, cells):
        fitting = (role for role, words in WORDS.items() if any(word in name for word in words))
        role = next((role for role in fitting if role not in taken & ONCE), "")
        roles.append(role)
        taken.add(role)
    return roles


def guessed_currency(cells):
    """Return the currency of the script in which the columns are named, or ""."""
    text = "".join(cells)
    if any("가" <= sign <= "힣" for sign in text):
        return "KRW"
    return "JPY" if any("぀" <= sign <= "ヿ" or "一" <= sign <= "鿿" for sign in text) else ""
