//! What keeps a load from reaching the office, each with a code and words in both languages.

use std::error::Error as _;
use std::fmt;

use tokio_postgres::error::SqlState;

/// What kind of trouble; texts for people come from [`TroubleCode::chinese`] and
/// [`TroubleCode::english`] and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TroubleCode {
    /// The settings of the link cannot work.
    Settings,
    /// The address leads over the network and TLS is not set up.
    Plaintext,
    /// No answer, or the connection broke.
    Unreachable,
    /// The server's certificate, or ours, was not accepted.
    Tls,
    /// Name or password was not accepted.
    Login,
    /// There is no such database.
    NoDatabase,
    /// The schema `lobby` is missing or older than this program needs.
    SchemaOld,
    /// This login may not push for this kiosk.
    NotYourKiosk,
    /// The office never registered this epoch.
    EpochUnknown,
    /// An entry is missing between the office's last and ours.
    Gap,
    /// An entry is not what its hash says.
    Hash,
    /// The server cannot store an entry, not even set apart.
    Entry,
    /// More entries had to be set apart than can be an accident.
    TooManyQuarantined,
    /// The office's disk or memory is exhausted.
    Full,
    /// The server did not finish in time.
    Slow,
    /// The journal on this box could not be read or marked.
    Journal,
    /// The server refused for a reason not listed here.
    Other,
}

impl TroubleCode {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Settings,
        Self::Plaintext,
        Self::Unreachable,
        Self::Tls,
        Self::Login,
        Self::NoDatabase,
        Self::SchemaOld,
        Self::NotYourKiosk,
        Self::EpochUnknown,
        Self::Gap,
        Self::Hash,
        Self::Entry,
        Self::TooManyQuarantined,
        Self::Full,
        Self::Slow,
        Self::Journal,
        Self::Other,
    ];

    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Settings => (
                "office.settings",
                "上报设置有误，请运行 lobby check 查看",
                "the settings of the office database cannot work: run lobby check",
            ),
            Self::Plaintext => (
                "office.plaintext",
                "到数据库的连接未加密，已拒绝。请设置数据库的 CA 证书；确需明文的，在地址中写明 sslmode=disable",
                "the way to the office database is not encrypted: set its authority file, or say sslmode=disable",
            ),
            Self::Unreachable => (
                "office.unreachable",
                "连不上单位数据库，稍后自动重试；未上报的记录都在本机",
                "the office database does not answer: we try again, nothing is lost",
            ),
            Self::Tls => (
                "office.tls",
                "证书未通过验证，请检查单位数据库的 CA 证书和本机证书",
                "a certificate was not accepted: check the authority file and this box's certificate",
            ),
            Self::Login => (
                "office.login",
                "数据库不接受本机的用户名或密码，请管理员检查",
                "the office database does not accept our name or password: check both",
            ),
            Self::NoDatabase => (
                "office.no-database",
                "服务器上没有这个数据库，请检查地址",
                "there is no such database on the server: check the address",
            ),
            Self::SchemaOld => (
                "office.schema-old",
                "单位数据库尚未升级，请运行 lobby office migrate",
                "the office database is not prepared for this version: run lobby office migrate",
            ),
            Self::NotYourKiosk => (
                "office.not-your-kiosk",
                "此登录名不属于本机，请核对单位和自助机编号",
                "this login does not belong to this kiosk: check site, kiosk and login",
            ),
            Self::EpochUnknown => (
                "office.epoch-unknown",
                "单位数据库不认识本机当前的台账纪元，请运行 lobby office epoch 登记",
                "the office does not know this epoch of the journal: register it with lobby office epoch",
            ),
            Self::Gap => (
                "office.gap",
                "台账中缺少记录，请运行 lobby journal verify",
                "an entry is missing in the journal: run lobby journal verify",
            ),
            Self::Hash => (
                "office.hash",
                "台账中有一条记录与其校验值不符，请运行 lobby journal verify",
                "an entry of the journal is not what its hash says: run lobby journal verify",
            ),
            Self::Entry => (
                "office.entry",
                "有一条记录单位数据库无法保存，请联系维护人员",
                "the office database cannot store one entry: ask for support",
            ),
            Self::TooManyQuarantined => (
                "office.too-many-quarantined",
                "无法识别的记录过多，已停止上报，请联系维护人员",
                "too many entries would have to be set apart: stopped, ask for support",
            ),
            Self::Full => (
                "office.full",
                "单位数据库空间或内存不足，请管理员处理",
                "the office database is out of space or memory: make room",
            ),
            Self::Slow => (
                "office.slow",
                "单位数据库响应超时，稍后自动重试",
                "the office database took too long: we try again",
            ),
            Self::Journal => (
                "office.journal",
                "读取本机台账失败，请运行 lobby doctor",
                "the journal on this box cannot be read: run lobby doctor",
            ),
            Self::Other => (
                "office.other",
                "单位数据库拒绝了上报，请联系维护人员",
                "the office database refused for a reason of its own: ask for support",
            ),
        }
    }

    /// As logs and tables write it.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// For staff.
    pub fn chinese(self) -> &'static str {
        self.row().1
    }

    /// The same in English.
    pub fn english(self) -> &'static str {
        self.row().2
    }
}

/// Trouble on the way to the office. Never holds an address, a name, a password or an entry's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub code: TroubleCode,
    /// For the operator: the server's own code, a file's name, a seq.
    pub detail: String,
}

impl Trouble {
    /// Trouble of this kind; `detail` may be empty.
    pub fn new(code: TroubleCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    /// Whether the world is to blame and trying again may help by itself.
    pub fn passing(&self) -> bool {
        matches!(
            self.code,
            TroubleCode::Unreachable | TroubleCode::Slow | TroubleCode::Full
        )
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.english())?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Trouble {}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(db) = error.as_db_error() {
            // The server's sentence may quote an entry; its code and our seq say enough.
            let seq = db.detail().and_then(|it| it.parse::<u64>().ok());
            let detail = match seq {
                Some(seq) => format!("{}, seq {seq}", db.code().code()),
                None => db.code().code().to_owned(),
            };
            return Self::new(of_sqlstate(db.code()), detail);
        }
        let mut cause = error.source();
        while let Some(found) = cause {
            if let Some(io) = found.downcast_ref::<std::io::Error>()
                && io.get_ref().is_some_and(|it| it.is::<rustls::Error>())
            {
                return Self::new(TroubleCode::Tls, io.to_string());
            }
            if let Some(tls) = found.downcast_ref::<rustls::Error>() {
                return Self::new(TroubleCode::Tls, tls.to_string());
            }
            cause = found.source();
        }
        let text = error.to_string();
        // The crate keeps its kinds to itself; these texts name no value of ours.
        let code = if text.contains("TLS") {
            TroubleCode::Tls
        } else if text.contains("authentication") || text.contains("password") {
            TroubleCode::Login
        } else if text.contains("configuration") {
            TroubleCode::Settings
        } else {
            TroubleCode::Unreachable
        };
        Self::new(code, "")
    }
}

fn of_sqlstate(state: &SqlState) -> TroubleCode {
    match state.code() {
        "LB001" => TroubleCode::NotYourKiosk,
        "LB002" => TroubleCode::EpochUnknown,
        "LB003" => TroubleCode::Gap,
        "LB005" => TroubleCode::Hash,
        "LB006" => TroubleCode::Entry,
        "28000" | "28P01" => TroubleCode::Login,
        "3D000" => TroubleCode::NoDatabase,
        // No function, no schema, no table; or no right to them, which is how a missing grant looks.
        "42883" | "3F000" | "42P01" | "42501" | "42703" => TroubleCode::SchemaOld,
        "57014" | "55P03" => TroubleCode::Slow,
        // Starting, stopping, too many guests, a connection cut by the administrator.
        "57P01" | "57P02" | "57P03" | "57P05" | "53300" => TroubleCode::Unreachable,
        "53000" | "53100" | "53200" => TroubleCode::Full,
        // A server that only reads: a stand-by, or one whose disk was made read-only.
        "25006" => TroubleCode::Unreachable,
        code if code.starts_with("08") || code.starts_with("40") => TroubleCode::Unreachable,
        // What is wrong lies in the data, not in the way.
        code if code.starts_with("22") || code.starts_with("54") => TroubleCode::Entry,
        _ => TroubleCode::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_has_its_own_code_and_words_in_both_languages() {
        let mut codes: Vec<_> = TroubleCode::ALL.iter().map(|it| it.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TroubleCode::ALL.len());
        for it in TroubleCode::ALL {
            assert!(it.code().starts_with("office."));
            assert!(it.chinese().chars().any(|it| it as u32 > 0x2e80), "{it:?}");
            assert!(!it.english().ends_with('.') && it.english().is_ascii(), "{it:?}");
        }
    }

    #[test]
    fn what_lies_in_an_entry_is_told_from_what_lies_in_the_way() {
        let told = |code: &str| of_sqlstate(&SqlState::from_code(code));
        for code in ["LB006", "22P02", "22P05", "22021", "54001", "54000"] {
            assert_eq!(told(code), TroubleCode::Entry, "{code}");
        }
        for code in ["08006", "57P01", "57P03", "40001", "53300"] {
            assert_eq!(told(code), TroubleCode::Unreachable, "{code}");
        }
        assert_eq!(told("LB005"), TroubleCode::Hash);
        assert_eq!(told("XX000"), TroubleCode::Other);
    }
}
