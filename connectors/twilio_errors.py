"""Twilio's error codes. https://www.twilio.com/docs/api/errors"""

from __future__ import annotations

from typing import Any

from cases.ports import Rejected, SendError, TemporarilyFailed, Throttled, Unreachable, WindowClosed
from connectors.faults import Fault, seconds, send_error

_TOKEN = "kredensial ditolak Twilio; periksa SIGAP_TWILIO_ACCOUNT_SID dan SIGAP_TWILIO_AUTH_TOKEN"  # noqa: S105
_UNREACHABLE = "nomor tidak dapat dihubungi saat ini"

ERRORS: dict[str, Fault] = {
    "20003": Fault(TemporarilyFailed, _TOKEN),
    "20005": Fault(TemporarilyFailed, "akun Twilio tidak aktif"),
    "20404": Fault(Rejected, "alamat API Twilio tidak ditemukan; periksa SIGAP_TWILIO_ACCOUNT_SID"),
    "20429": Fault(Throttled, "terlalu banyak permintaan ke Twilio", wait=10),
    "14107": Fault(Throttled, "batas laju kirim Twilio tercapai", wait=10),
    "63018": Fault(Throttled, "batas laju kirim WhatsApp melalui Twilio tercapai", wait=10),
    "21611": Fault(Throttled, "antrean kirim nomor ini penuh", wait=60),
    "30001": Fault(Throttled, "antrean kirim nomor ini penuh", wait=60),
    "30022": Fault(Throttled, "batas laju operator tercapai", wait=60),
    "21211": Fault(Rejected, "nomor tujuan tidak sah"),
    "21212": Fault(Rejected, "nomor pengirim tidak sah; periksa pengaturan nomor Twilio"),
    "21408": Fault(Rejected, "akun belum diizinkan mengirim ke negara tujuan"),
    "21602": Fault(Rejected, "isi pesan kosong"),
    "21603": Fault(Rejected, "nomor pengirim belum diisi"),
    "21604": Fault(Rejected, "nomor tujuan belum diisi"),
    "21606": Fault(Rejected, "nomor pengirim bukan milik akun atau tidak dapat mengirim SMS"),
    "21608": Fault(Rejected, "akun percobaan hanya dapat mengirim ke nomor terverifikasi"),
    "21609": Fault(Rejected, "alamat laporan status tidak sah; periksa SIGAP_PUBLIC_URL"),
    "21610": Fault(Unreachable, "warga berhenti berlangganan (STOP)"),
    "21612": Fault(Rejected, "kombinasi nomor pengirim dan tujuan tidak didukung"),
    "21614": Fault(Rejected, "nomor tujuan bukan nomor seluler"),
    "21617": Fault(Rejected, "isi pesan melebihi 1600 karakter"),
    "21620": Fault(Rejected, "alamat berkas tidak sah"),
    "30002": Fault(Rejected, "akun Twilio ditangguhkan"),
    "30003": Fault(TemporarilyFailed, _UNREACHABLE),
    "30004": Fault(Unreachable, "pesan diblokir oleh penerima atau operator"),
    "30005": Fault(Unreachable, "nomor tujuan tidak dikenal atau tidak aktif"),
    "30006": Fault(Unreachable, "nomor telepon rumah atau operator tidak menerima SMS"),
    "30007": Fault(Rejected, "pesan disaring operator"),
    "30008": Fault(TemporarilyFailed, "kesalahan tidak dikenal di jaringan operator"),
    "30036": Fault(TemporarilyFailed, "masa berlaku pesan habis sebelum terkirim"),
    "63003": Fault(Unreachable, "tujuan tidak ditemukan di WhatsApp"),
    "63005": Fault(Rejected, "isi pesan ditolak WhatsApp"),
    "63007": Fault(Rejected, "nomor pengirim belum terhubung ke WhatsApp; periksa SIGAP_TWILIO_WHATSAPP_FROM"),
    "63013": Fault(Rejected, "pesan melanggar kebijakan WhatsApp"),
    "63016": Fault(WindowClosed, "lebih dari 24 jam sejak pesan terakhir warga; hanya templat yang diterima"),
    "63021": Fault(Rejected, "isi pesan ditolak WhatsApp"),
    "63024": Fault(Unreachable, "penerima tidak sah atau tidak memakai WhatsApp"),
    "63032": Fault(Rejected, "WhatsApp tidak menyampaikan pesan ini kepada penerima"),
    "63049": Fault(Rejected, "WhatsApp tidak menyampaikan pesan ini demi kenyamanan penerima; jangan diulang"),
}


def error_of(status: int, body: dict[str, Any], retry_after: object = None) -> SendError:
    """The send error of a refused REST call.

    Args:
        status: HTTP status.
        body: `{"code", "message", "status"}`, or anything.
        retry_after: the answer's `Retry-After` header.
    """
    code = body.get("code")
    known = str(code) if isinstance(code, int) else ""
    return send_error(status, known, ERRORS, seconds(retry_after), prefix="twilio-")


def reason_of(code: str) -> str:
    """The operator's sentence for a code that came in a status, or a neutral one."""
    fault = ERRORS.get(code)
    return fault.sentence if fault else "pesan gagal disampaikan"
