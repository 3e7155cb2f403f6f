// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/error.h"
#include "ui/session/mailbox.h"

namespace kappascope::session {

/// How a request ended: in exactly one of these.
enum class Outcome { finished, stopped, failed };

/// What a worker reports about a request.
template <class Result>
struct Delivery {
    std::uint64_t serial = 0;              ///< of the request, from 1
    std::optional<Outcome> outcome;        ///< none: an early result, more follows
    std::shared_ptr<const Result> result;  ///< null where stopped, failed, or nothing was left to say
    std::optional<Error> error;            ///< where failed
};

/// Runs requests by the sliders' rule: one in flight, the newest one pending. A newer request never stops the one in
/// flight outright: it fires giveWay, which only the later, finer stages of a job heed, so that a drag that outruns the
/// computation still shows every coarse result. A pending request that is replaced ends as stopped.
///
/// Requests are values that share nothing that changes; results reach the owner's thread through a Mailbox. The
/// destructor requests stop and joins.
template <class Request, class Result>
class LatestWorker {
public:
    /// What a job may ask while it runs, in the worker's thread.
    class Run {
    public:
        std::stop_token stop;     ///< the owner wants the worker to end
        std::stop_token giveWay;  ///< the same, or a newer request is waiting

        /// Leaves the processor to others for a while, or until the token fires; throws Error stopped where it did.
        static void rest(std::chrono::microseconds time, std::stop_token token) {
            std::mutex mutex;
            std::condition_variable_any never;
            std::unique_lock lock(mutex);
            never.wait_for(lock, token, time, [] { return false; });
            if (token.stop_requested()) throw Error(ErrorCode::stopped);
        }

        /// Sends an early result.
        void deliver(std::shared_ptr<const Result> result) const { deliver_(std::move(result)); }

    private:
        friend class LatestWorker;
        std::function<void(std::shared_ptr<const Result>)> deliver_;
    };

    using Job = std::function<std::shared_ptr<const Result>(const Request&, const Run&)>;
    using Receive = std::function<void(const Delivery<Result>&)>;

    /// job runs in the worker's thread; it may throw Error (code stopped: ended by a token). receive is called in the
    /// thread that constructs the worker.
    LatestWorker(Job job, Receive receive)
        : job_(std::move(job)),
          mailbox_([receive = std::move(receive)](Delivery<Result> delivery) { receive(delivery); }),
          thread_([this](std::stop_token stop) { loop(stop); }) {}

    ~LatestWorker() {
        thread_.request_stop();
        {
            const std::scoped_lock lock(mutex_);
            giveWay_.request_stop();
        }
        thread_.join();
    }

    LatestWorker(const LatestWorker&) = delete;
    LatestWorker& operator=(const LatestWorker&) = delete;

    /// Makes this the newest request; returns its serial.
    std::uint64_t submit(Request request) {
        std::optional<std::uint64_t> replaced;
        std::uint64_t serial = 0;
        {
            const std::scoped_lock lock(mutex_);
            if (pending_) replaced = pendingSerial_;
            pending_.emplace(std::move(request));
            pendingSerial_ = serial = ++lastSerial_;
            giveWay_.request_stop();
        }
        wake_.notify_one();
        if (replaced) mailbox_.put({*replaced, Outcome::stopped, nullptr, {}});
        return serial;
    }

private:
    void loop(std::stop_token stop) {
        for (;;) {
            std::optional<Request> request;
            std::uint64_t serial = 0;
            Run run;
            {
                std::unique_lock lock(mutex_);
                if (!wake_.wait(lock, stop, [this] { return pending_.has_value(); })) return;
                if (stop.stop_requested()) return;
                request.swap(pending_);
                serial = pendingSerial_;
                giveWay_ = std::stop_source();
                run.giveWay = giveWay_.get_token();
            }
            run.stop = stop;
            run.deliver_ = [this, serial](std::shared_ptr<const Result> result) {
                mailbox_.put({serial, {}, std::move(result), {}});
            };
            mailbox_.put(perform(*request, run, serial));
        }
    }

    Delivery<Result> perform(const Request& request, const Run& run, std::uint64_t serial) {
        try {
            return {serial, Outcome::finished, job_(request, run), {}};
        } catch (const Error& error) {
            if (error.code() == ErrorCode::stopped) return {serial, Outcome::stopped, nullptr, {}};
            return {serial, Outcome::failed, nullptr, error};
        } catch (const std::bad_alloc&) {
            return {serial, Outcome::failed, nullptr, Error(ErrorCode::tooLarge, "memory")};
        } catch (const std::exception& error) {
            return {serial, Outcome::failed, nullptr, Error(ErrorCode::didNotConverge, error.what())};
        }
    }

    Job job_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Request> pending_;
    std::uint64_t pendingSerial_ = 0;
    std::uint64_t lastSerial_ = 0;
    std::stop_source giveWay_;
    Mailbox<Delivery<Result>> mailbox_;
    std::jthread thread_;
};

}  // namespace kappascope::session
