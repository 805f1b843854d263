//! Streams that are written while their request is still being read.

use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use tokio::{
    sync::{
        Semaphore,
        mpsc::{self, UnboundedSender},
    },
    time::timeout,
};

use super::STALL;

/// How many bytes of an answer may wait for their reader while its request is still being read. Many clients read
/// nothing before they have sent everything.
const ROOM: usize = 16 * 1024 * 1024;

/// The end of a stream into which its answer is written.
pub(crate) struct Outlet {
    sender: UnboundedSender<Option<Bytes>>,
    room: Arc<Semaphore>,
}

/// Nobody reads the stream any more.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the answer")]
pub(crate) struct Unread;

/// A stream, and the end into which it is written. It ends as it should when that end is dropped.
pub(crate) fn outlet() -> (Outlet, impl Stream<Item = Result<Bytes, Unread>>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(ROOM));
    let outlet = Outlet { sender, room: Arc::clone(&room) };
    let pieces = futures::stream::unfold((receiver, room), async |(mut receiver, room)| {
        let piece: Option<Bytes> = receiver.recv().await?;
        room.add_permits(piece.as_ref().map_or(0, Bytes::len));
        Some((piece.ok_or(Unread), (receiver, room)))
    });
    (outlet, pieces)
}

impl Outlet {
    /// Writes; waits while too much is unread.
    ///
    /// # Errors
    /// [`Unread`] when the reader is gone, or has stalled.
    pub(crate) async fn write(&self, bytes: Bytes) -> Result<(), Unread> {
        if bytes.is_empty() {
            return if self.sender.is_closed() { Err(Unread) } else { Ok(()) };
        }
        let size = u32::try_from(bytes.len().min(ROOM)).map_err(|_| Unread)?;
        let room = timeout(STALL, self.room.acquire_many(size)).await;
        room.map_err(|_| Unread)?.map_err(|_| Unread)?.forget();
        self.sender.send(Some(bytes)).map_err(|_| Unread)
    }

    /// Ends the stream too early: its reader's connection is cut.
    pub(crate) fn cut(&self) {
        drop(self.sender.send(None));
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    #[actix_web::test]
    async fn what_is_written_is_read_until_the_writer_goes() {
        let (outlet, stream) = outlet();
        for piece in ["a", "", "b"] {
            outlet.write(Bytes::from(piece)).await.unwrap();
        }
        drop(outlet);
        let pieces: Vec<_> = stream.map(Result::unwrap).collect().await;
        assert_eq!(pieces, ["a", "b"]);
    }

    #[actix_web::test]
    async fn a_stream_that_is_cut_can_not_pass_for_a_whole_one() {
        let (outlet, stream) = outlet();
        outlet.write(Bytes::from("a")).await.unwrap();
        outlet.cut();
        let pieces: Vec<_> = stream.take(2).collect().await;
        assert!(matches!(&pieces[..], [Ok(_), Err(Unread)]), "{pieces:?}");
    }

    #[actix_web::test]
    async fn whoever_writes_for_nobody_is_told() {
        let (outlet, stream) = outlet();
        drop(stream);
        assert!(outlet.write(Bytes::from("a")).await.is_err());
        assert!(outlet.write(Bytes::new()).await.is_err());
    }

    #[actix_web::test]
    async fn a_writer_waits_while_too_much_is_unread() {
        let (outlet, stream) = outlet();
        let piece = Bytes::from(vec![0; ROOM]);
        outlet.write(piece.clone()).await.unwrap();
        let mut stream = std::pin::pin!(stream);
        let mut second = std::pin::pin!(outlet.write(piece));
        assert!(futures::poll!(&mut second).is_pending());
        stream.next().await.unwrap().unwrap();
        second.await.unwrap();
    }
}
