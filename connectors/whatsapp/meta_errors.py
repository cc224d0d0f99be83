"""Meta's error codes. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""

from __future__ import annotations

from typing import Any

from cases.ports import Rejected, SendError, TemporarilyFailed, Throttled, Unreachable, WindowClosed
from connectors.faults import Fault, seconds, send_error
from connectors.parsing import ODD, as_dict

_TOKEN = "token akses ditolak Meta; perbarui SIGAP_META_ACCESS_TOKEN"  # noqa: S105  # a sentence, not a secret
_ACCOUNT = "akun WhatsApp Business dibatasi oleh Meta; periksa Business Manager"

ERRORS: dict[str, Fault] = {
    "0": Fault(TemporarilyFailed, _TOKEN),
    "190": Fault(TemporarilyFailed, _TOKEN),
    "3": Fault(TemporarilyFailed, "token tidak punya izin mengirim; periksa izin whatsapp_business_messaging"),
    "10": Fault(TemporarilyFailed, "izin aplikasi Meta belum diberikan atau dicabut"),
    "200": Fault(TemporarilyFailed, "izin aplikasi Meta belum diberikan atau dicabut"),
    "1": Fault(TemporarilyFailed, "gangguan di Meta; pengiriman akan diulang"),
    "2": Fault(TemporarilyFailed, "layanan Meta sedang tidak tersedia; pengiriman akan diulang"),
    "4": Fault(Throttled, "batas panggilan aplikasi Meta tercapai", wait=60),
    "80007": Fault(Throttled, "batas laju akun WhatsApp Business tercapai", wait=60),
    "130429": Fault(Throttled, "batas laju kirim nomor ini tercapai", wait=5),
    # one message per 6 s to the same person, after a burst of 45
    "131056": Fault(Throttled, "terlalu banyak pesan ke warga yang sama dalam waktu singkat", wait=6),
    "131048": Fault(Throttled, "Meta membatasi nomor ini karena laporan spam", wait=300),
    "133016": Fault(Throttled, "terlalu banyak pendaftaran nomor", wait=300),
    "33": Fault(Rejected, "nomor pengirim tidak dikenal Meta; periksa SIGAP_META_PHONE_NUMBER_ID"),
    "100": Fault(Rejected, "isi permintaan ditolak Meta (parameter tidak sah)"),
    "368": Fault(Rejected, _ACCOUNT),
    "130472": Fault(Rejected, "warga termasuk percobaan Meta; pesan tidak dikirim"),
    "130497": Fault(Rejected, "akun tidak boleh mengirim ke negara penerima"),
    "131000": Fault(TemporarilyFailed, "kesalahan tidak dikenal di Meta; pengiriman akan diulang"),
    "131005": Fault(TemporarilyFailed, "akses ditolak Meta; periksa izin token"),
    "131008": Fault(Rejected, "isi permintaan kurang lengkap"),
    "131009": Fault(Rejected, "isi permintaan ditolak Meta (nilai tidak sah)"),
    "131016": Fault(TemporarilyFailed, "layanan Meta sedang tidak tersedia; pengiriman akan diulang"),
    "131021": Fault(Rejected, "pengirim dan penerima nomor yang sama"),
    "131026": Fault(Unreachable, "pesan tidak dapat disampaikan: nomor tidak memakai WhatsApp atau memblokir kita"),
    "131030": Fault(Rejected, "nomor penerima belum ada di daftar uji Meta"),
    "131031": Fault(Rejected, _ACCOUNT),
    "131037": Fault(Rejected, "nama tampilan nomor pengirim belum disetujui Meta"),
    "131042": Fault(TemporarilyFailed, "pembayaran akun WhatsApp Business bermasalah"),
    "131045": Fault(Rejected, "nomor pengirim belum terdaftar di Cloud API"),
    "131047": Fault(WindowClosed, "lebih dari 24 jam sejak pesan terakhir warga; hanya templat yang diterima"),
    "131049": Fault(Rejected, "Meta tidak menyampaikan pesan ini demi kenyamanan penerima; jangan diulang"),
    "131050": Fault(Unreachable, "warga berhenti menerima pesan dari nomor ini"),
    "131051": Fault(Rejected, "jenis pesan tidak didukung Meta"),
    "131052": Fault(Rejected, "berkas warga gagal diunduh dari Meta"),
    "131053": Fault(TemporarilyFailed, "berkas gagal diunggah ke Meta; akan diulang"),
    "131057": Fault(TemporarilyFailed, "akun dalam pemeliharaan di Meta; pengiriman akan diulang"),
    "131062": Fault(Rejected, "jenis pesan ini tidak dapat dikirim ke warga tanpa nomor telepon"),
    "133004": Fault(TemporarilyFailed, "server Meta sedang tidak tersedia; pengiriman akan diulang"),
    "133010": Fault(Rejected, "nomor pengirim belum terdaftar di Cloud API"),
}


def error_of(status: int, body: dict[str, Any], retry_after: object = None) -> SendError:
    """The send error of a refused Graph API call.

    Args:
        status: HTTP status.
        body: `{"error": {"code", "message", ...}}`, or anything.
        retry_after: the answer's `Retry-After` header.
    """
    try:
        code = str(as_dict(body.get("error")).get("code", ""))
    except ODD:
        code = ""
    return send_error(status, code, ERRORS, seconds(retry_after), prefix="meta-")


def reason_of(code: str) -> str:
    """The operator's sentence for a code that came in a status, or a neutral one."""
    fault = ERRORS.get(code)
    return fault.sentence if fault else "pesan gagal disampaikan oleh WhatsApp"
