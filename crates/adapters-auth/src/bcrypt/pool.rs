//! A few threads for long computations, with a bounded queue in front.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

type Job = Box<dyn FnOnce() + Send>;

/// How long a job waits for its turn. Whoever waits longer would get the result when nobody wants it any more; and a
/// queue of such jobs would leave no room for those that can still be done in time.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// How much the threads yield to those that answer requests, as in nice(1).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Threads that run one job each, for callers on any number of runtimes.
///
/// A caller holds a place from its call to the end of its job, and a turn while a thread works for it. Both are
/// permits that are given back when they are dropped: a caller that goes away while it waits frees its place at once.
pub(super) struct Pool {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
}

/// Why a job has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// All threads work, and the queue is full or too slow.
    #[error("too many jobs are waiting")]
    Full,
    /// The job panicked.
    #[error("the job has ended without a result")]
    Lost,
}

impl Pool {
    /// Starts the threads, one at least. They end when the pool is dropped.
    pub(super) fn start(threads: usize, waiting: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name("bcrypt".to_owned()).spawn(move || work(&queue))?;
        }
        let places = threads.saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        let turns = threads.min(Semaphore::MAX_PERMITS);
        Ok(Self { places: Arc::new(Semaphore::new(places)), turns: Arc::new(Semaphore::new(turns)), jobs })
    }

    /// Runs `job` on one of the threads, in the order of the calls.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RunError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| RunError::Full)?;
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| RunError::Full)?.map_err(|_| RunError::Lost)?;
        let (reply, answer) = oneshot::channel();
        let job = move || {
            let result = job();
            drop((turn, place));
            // The caller may have gone away; nobody misses the result then.
            reply.send(result).ok();
        };
        self.jobs.send(Box::new(job)).map_err(|_| RunError::Lost)?;
        answer.await.map_err(|_| RunError::Lost)
    }
}

/// What each thread does: one job after another, until the pool is dropped.
fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    yield_to_others();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic has dropped the job's permits and told its caller; the thread goes on.
        catch_unwind(AssertUnwindSafe(job)).ok();
    }
}

/// Lowers the calling thread's priority, so that log-ins do not hold up other requests. Best effort.
#[cfg(target_os = "linux")]
fn yield_to_others() {
    // On Linux, niceness belongs to the thread (nice(2)).
    rustix::process::nice(NICENESS).ok();
}

/// Elsewhere niceness belongs to the process.
#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Poll, Waker},
        time::Duration,
    };

    use super::*;

    /// A job that lasts until the sender is dropped.
    fn until_told() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (tell, told) = mpsc::channel::<()>();
        (tell, move || assert!(told.recv().is_err(), "nothing is sent"))
    }

    fn poll<F: Future + ?Sized>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn over_a_full_queue_a_job_is_refused_at_once() {
        let pool = Pool::start(1, 1).unwrap();
        let (tell, job) = until_told();
        let mut running = Box::pin(pool.run(job));
        assert!(poll(running.as_mut()).is_pending());
        let mut waiting = Box::pin(pool.run(|| 2));
        assert!(poll(waiting.as_mut()).is_pending());
        assert!(matches!(poll(Box::pin(pool.run(|| 3)).as_mut()), Poll::Ready(Err(RunError::Full))));
        drop(tell);
        running.await.unwrap();
        assert_eq!(waiting.await.unwrap(), 2);
        assert_eq!(pool.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn whoever_goes_away_frees_the_place() {
        let pool = Pool::start(1, 1).unwrap();
        let (tell, job) = until_told();
        let mut running = Box::pin(pool.run(job));
        assert!(poll(running.as_mut()).is_pending());
        for _ in 0..10 {
            let mut waiting = Box::pin(pool.run(|| ()));
            assert!(poll(waiting.as_mut()).is_pending(), "the place of the one before is free");
        }
        drop(running);
        let mut waiting = Box::pin(pool.run(|| 5));
        assert!(poll(waiting.as_mut()).is_pending(), "a job that has begun keeps its thread");
        drop(tell);
        assert_eq!(waiting.await.unwrap(), 5);
        assert_eq!((pool.places.available_permits(), pool.turns.available_permits()), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_too_long_is_refused_and_leaves_the_queue() {
        let pool = Pool::start(1, 1).unwrap();
        let (tell, job) = until_told();
        let mut running = Box::pin(pool.run(job));
        assert!(poll(running.as_mut()).is_pending());
        assert!(matches!(pool.run(|| 7).await, Err(RunError::Full)));
        assert_eq!(pool.places.available_permits(), 1, "its place is free");
        drop(tell);
        drop(running);
    }

    #[tokio::test]
    async fn a_panic_costs_neither_thread_nor_place() {
        let pool = Pool::start(1, 0).unwrap();
        for _ in 0..3 {
            assert!(matches!(pool.run(|| panic!("on purpose")).await, Err::<(), _>(RunError::Lost)));
        }
        assert_eq!(pool.run(|| 6).await.unwrap(), 6);
    }

    #[test]
    fn callers_on_many_runtimes_share_the_threads() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        let pool = Arc::new(Pool::start(2, 100).unwrap());
        let job = || {
            let at_once = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
            thread::sleep(Duration::from_millis(2));
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            at_once
        };
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || {
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                    runtime.block_on(async {
                        for _ in 0..10 {
                            assert!(pool.run(job).await.unwrap() <= 2);
                        }
                    });
                })
            })
            .collect();
        for caller in callers {
            caller.join().unwrap();
        }
    }
}
