//! Streams that wait for their readers, but not for ever.

mod outlet;

use std::time::Duration;

use actix_web::rt;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::{
    sync::mpsc::{self, Receiver},
    time::timeout,
};

pub(crate) use self::outlet::{Outlet, outlet};

/// A reader that takes nothing for so long is cut off.
const STALL: Duration = Duration::from_secs(60);

/// Why a stream ends before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cut<E: std::error::Error + 'static> {
    /// Its source failed.
    #[error(transparent)]
    Failed(E),
    /// Its reader has stalled.
    #[error("the reader took nothing for too long")]
    Stalled,
}

/// The same bytes, from a task of their own that is one piece ahead of the reader. When the reader stalls, `source` is
/// dropped with all that it holds, whether or not anybody looks at the stream again.
pub(crate) fn paced<S, E>(source: S) -> impl Stream<Item = Result<Bytes, Cut<E>>>
where
    S: Stream<Item = Result<Bytes, E>> + 'static,
    E: std::error::Error + 'static,
{
    paced_by(STALL, source)
}

fn paced_by<S, E>(stall: Duration, source: S) -> impl Stream<Item = Result<Bytes, Cut<E>>>
where
    S: Stream<Item = Result<Bytes, E>> + 'static,
    E: std::error::Error + 'static,
{
    let (sender, receiver) = mpsc::channel(1);
    rt::spawn(async move {
        let mut source = std::pin::pin!(source);
        loop {
            let piece = source.next().await;
            // Nothing to send would end the answer.
            if matches!(&piece, Some(Ok(bytes)) if bytes.is_empty()) {
                continue;
            }
            let last = !matches!(piece, Some(Ok(_)));
            match timeout(stall, sender.send(piece)).await {
                Ok(Ok(())) if !last => {}
                Ok(_) => return,
                Err(_) => return tracing::info!("the reader of a stream has stalled and was cut off"),
            }
        }
    });
    futures::stream::unfold(Some(receiver), next)
}

type Pieces<E> = Receiver<Option<Result<Bytes, E>>>;

/// A channel that closes without having said that this is the end was closed too early.
async fn next<E: std::error::Error + 'static>(
    pieces: Option<Pieces<E>>,
) -> Option<(Result<Bytes, Cut<E>>, Option<Pieces<E>>)> {
    let mut pieces = pieces?;
    match pieces.recv().await {
        Some(Some(Ok(bytes))) => Some((Ok(bytes), Some(pieces))),
        Some(Some(Err(error))) => {
            tracing::error!(%error, "a stream was cut short");
            Some((Err(Cut::Failed(error)), None))
        }
        Some(None) => None,
        None => Some((Err(Cut::Stalled), None)),
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, io::Error, rc::Rc};

    use futures::stream;

    use super::*;

    fn numbers() -> impl Stream<Item = Result<Bytes, Error>> {
        stream::iter((0..4).map(|n| Ok(if n == 2 { Bytes::new() } else { Bytes::from(vec![n]) })))
    }

    #[actix_web::test]
    async fn a_reader_gets_every_piece_but_empty_ones() {
        let pieces: Vec<_> = paced(numbers()).map(Result::unwrap).collect().await;
        assert_eq!(pieces, [vec![0], vec![1], vec![3]]);
    }

    #[actix_web::test]
    async fn a_failure_of_the_source_is_the_last_that_a_reader_gets() {
        let source = numbers().take(1).chain(stream::iter([Err(Error::other("gone")), Ok(Bytes::from("x"))]));
        let pieces: Vec<_> = paced(source).collect().await;
        assert!(matches!(pieces[..], [Ok(_), Err(Cut::Failed(_))]), "{pieces:?}");
    }

    #[actix_web::test]
    async fn a_source_is_let_go_of_when_its_reader_stalls() {
        struct Held(Rc<Cell<bool>>);
        impl Drop for Held {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let dropped = Rc::new(Cell::new(false));
        let held = Held(Rc::clone(&dropped));
        let source = numbers().map(move |piece| {
            let _held = &held;
            piece
        });
        let mut read = std::pin::pin!(paced_by(Duration::from_millis(200), source));
        assert_eq!(read.next().await.unwrap().unwrap(), vec![0]);
        assert!(!dropped.get());
        while !dropped.get() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(read.next().await.unwrap().unwrap(), vec![1], "what was sent before");
        assert!(matches!(read.next().await, Some(Err(Cut::Stalled))));
        assert!(read.next().await.is_none());
    }
}
