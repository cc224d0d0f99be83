"""A stand-in for the trained triage model, for tests of what the house does with its word.

It decides by plain key words, so a test shows in its own text what the model will say. The model itself is tested
in tests/classifiers/ and, with everything else real, in tests/e2e/.
"""

from __future__ import annotations

import re
from pathlib import Path

from classifiers import Decision, Field, Triage

CATEGORIES = {
    "pangkat": "kenaikan_pangkat",
    "pensiun": "pensiun",
    "aplikasi": "layanan_aplikasi",
    "jalan": "bukan_kewenangan",
}
FIELDS = {
    "terlapor": r"(?:Pak|Bu) [A-Z]\w+",
    "instansi": r"BKD \w+(?: \w+)?",
    "waktu": r"kemarin|bulan lalu|\d+ \w+ \d{4}",
    "jumlah_uang": r"\d+ juta",
}


class KeywordModel:
    """Reads like the model: same result type, spans into the very text; stands for `classifiers.load_live` too."""

    def __init__(self, state_dir: Path | None = None) -> None:
        self.state_dir = state_dir

    def triage(self, text: str) -> Triage:
        """Decide by key words."""
        category = next((code for word, code in CATEGORIES.items() if word in text), "")
        fraud = "setoran" in text
        kind = "aspirasi" if "saran" in text else "permintaan_informasi" if "info" in text else "pengaduan"
        fields = [
            Field(name, match[0], match.start(), match.end())
            for name, pattern in FIELDS.items()
            for match in re.finditer(pattern, text)
        ]
        return Triage(
            text=text,
            report_type=Decision(kind, 0.9, abstained=False),
            category=Decision(category or "mutasi", 0.9 if category else 0.2, abstained=not category),
            fraud=Decision(str(fraud).lower(), 0.95 if fraud else 0.02, abstained=False),
            fraud_types=(Decision("pungli_suap_gratifikasi", 0.9, abstained=False),) if fraud else (),
            fields=tuple(fields),
            summary=text[:60],
            model_version="test-1",
        )
