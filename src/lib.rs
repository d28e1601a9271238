//! Lobby.
