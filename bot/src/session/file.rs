//! The session on disk: who may read the folder, and the access token in it.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use matrix_sdk::authentication::matrix::MatrixSession;

use crate::error::BotError;

const NAME: &str = "session.json";

pub(super) fn make_folder(folder: &Path) -> Result<(), BotError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| failed(folder, error))
}

pub(super) fn read(folder: &Path) -> Result<Option<MatrixSession>, BotError> {
    let file = folder.join(NAME);
    match fs::read(&file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            BotError::refused(format!(
                "{} is damaged: delete this one file, and the bot logs in again",
                file.display()
            ))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(&file, error)),
    }
}

/// Whole or not at all, and for nobody else to read.
pub(super) fn write(folder: &Path, session: &MatrixSession) -> Result<(), BotError> {
    let bytes = serde_json::to_vec(session).map_err(BotError::folder)?;
    let draft = folder.join("session.json.new");
    replace(&draft, &folder.join(NAME), &bytes).map_err(|error| failed(&draft, error))
}

fn replace(draft: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    // Left over from a crash, perhaps with another mode.
    if let Err(error) = fs::remove_file(draft)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut open = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    open.write_all(bytes)?;
    open.sync_all()?;
    fs::rename(draft, file)
}

fn failed(path: &Path, error: io::Error) -> BotError {
    BotError::refused(format!(
        "{} cannot be used by the bot ({error}): give it a folder it may write, as `bot.store`",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use matrix_sdk::{
        SessionMeta, SessionTokens,
        ruma::{device_id, user_id},
    };

    use super::*;

    fn session(access_token: &str) -> MatrixSession {
        MatrixSession {
            meta: SessionMeta {
                user_id: user_id!("@helproom:lab.test").to_owned(),
                device_id: device_id!("HELPROOM").to_owned(),
            },
            tokens: SessionTokens {
                access_token: access_token.into(),
                refresh_token: None,
            },
        }
    }

    #[test]
    fn a_session_is_read_back_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/bot");
        make_folder(&folder).unwrap();
        assert!(read(&folder).unwrap().is_none());
        for access_token in ["one", "two"] {
            write(&folder, &session(access_token)).unwrap();
            assert_eq!(
                read(&folder).unwrap().unwrap().tokens.access_token,
                access_token
            );
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(NAME))), (0o700, 0o600));
    }

    #[test]
    fn a_damaged_session_says_what_to_delete() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "{").unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("session.json is damaged"), "{error}");
    }
}
