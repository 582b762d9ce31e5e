//! Ratios of two subjects measured in turn in one run, in which the machine's speed, and most of
//! its other work, cancels. Nothing is asserted about them.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The number of measurements of each subject; odd, so that one of them is the median.
const ROUNDS: usize = 101;
/// The least duration of one measurement, far above the clock's resolution.
const SLICE: Duration = Duration::from_millis(5);

/// A subject of measurement.
pub struct Subject<'a> {
    name: &'static str,
    /// Runs the subject so many times, and returns the duration.
    run: Box<dyn FnMut(u32) -> Duration + 'a>,
    /// The number of runs that fill a slice.
    times: u32,
}

impl<'a> Subject<'a> {
    /// Measures `body`.
    pub fn new<T>(name: &'static str, mut body: impl FnMut() -> T + 'a) -> Self {
        Self::with_setup(name, || (), move |()| body())
    }

    /// Measures `body` on the values of `setup`, whose making and dropping is not counted.
    pub fn with_setup<S, T>(
        name: &'static str,
        mut setup: impl FnMut() -> S + 'a,
        mut body: impl FnMut(&mut S) -> T + 'a,
    ) -> Self {
        let run = move |times| {
            let mut made: Vec<S> = (0..times).map(|_| setup()).collect();
            let start = Instant::now();
            for one in &mut made {
                black_box(body(one));
            }
            start.elapsed()
        };
        let mut subject = Self {
            name,
            run: Box::new(run),
            times: 1,
        };
        while (subject.run)(subject.times) < SLICE {
            subject.times = subject.times.saturating_mul(2);
        }
        subject
    }

    /// Seconds for one run.
    fn measure(&mut self) -> f64 {
        (self.run)(self.times).as_secs_f64() / f64::from(self.times)
    }
}

/// Measures the two subjects in turn and prints the median and the quartiles of their ratio.
pub fn compare(of: &mut Subject<'_>, to: &mut Subject<'_>) {
    let rounds = (0..ROUNDS).map(|_| [of.measure(), to.measure()]).collect();
    report([of.name, to.name], rounds);
}

/// Prints the median and the quartiles of the ratio of two series measured in turn, in seconds.
pub fn report([of, to]: [&str; 2], mut rounds: Vec<[f64; 2]>) {
    rounds.sort_by(|[a, b], [c, d]| (a / b).total_cmp(&(c / d)));
    let ratio_at = |place: usize| rounds.get(place).map_or(f64::NAN, |[of, to]| of / to);
    let half = rounds.len() / 2;
    let median = rounds.get(half);
    let [of_time, to_time] = median.map_or([f64::NAN; 2], |pair| pair.map(|s| s * 1e9));
    println!(
        "{of} : {to} = {:.2}   (quartiles {:.2} to {:.2}; {of_time:.1} ns : {to_time:.1} ns)",
        ratio_at(half),
        ratio_at(rounds.len() / 4),
        ratio_at(rounds.len() * 3 / 4),
    );
}
